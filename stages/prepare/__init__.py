"""Decode, turn, straighten and judge a page."""
