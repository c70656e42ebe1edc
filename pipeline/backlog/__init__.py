"""Batches: tens of thousands of papers, below the clerks, for months, through restarts."""
