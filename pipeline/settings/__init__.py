"""TOML, environment and command line, read once."""
