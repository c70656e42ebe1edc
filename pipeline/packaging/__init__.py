"""Delivery packages: SIP of TT 05/2025 and plain folders, written, signed, and read again."""
