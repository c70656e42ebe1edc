"""Stacks into documents: codes on paper, signs of first pages, boundaries with a confidence."""
