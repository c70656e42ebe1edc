"""Acceptance of a batch: machine checks, samples by ISO 2859-1, verdicts."""
