"""Settle, claim and keep what was dropped."""
