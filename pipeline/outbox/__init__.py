"""Pushing finished documents onward, each exactly once, to each target."""
