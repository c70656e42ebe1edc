"""Full text search behind one port."""
