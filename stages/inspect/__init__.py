"""Open what was received, say what it is, refuse what cannot be worked on."""
