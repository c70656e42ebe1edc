"""Compressed image layers of a page for the PDF."""
