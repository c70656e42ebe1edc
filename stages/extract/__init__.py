"""Finds the fields of a document: number, date, issuer, type, subject, signer and more."""

from stages.extract.stage import ExtractStage, Options

__all__ = ["ExtractStage", "Options"]
