"""PDF/A from layers, invisible text and metadata."""
