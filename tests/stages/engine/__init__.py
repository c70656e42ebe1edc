"""The page pool with real worker processes."""
