"""What happened to each document, as rows."""
