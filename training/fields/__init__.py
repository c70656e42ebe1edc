"""Fits how sure extraction may be (`config/rules/confidence.toml`)."""
