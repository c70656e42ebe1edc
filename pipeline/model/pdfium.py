"""The lock of PDFium: the library may be in one call at a time in a process.

PDFium keeps global state without locks (its README: "PDFium is not thread-safe"). Stages run in
threads of the main process, so whoever calls pypdfium2 there holds this lock from opening a
document to closing it. Page workers have one thread each and need no lock.
"""

from __future__ import annotations

import threading

PDFIUM = threading.RLock()
"""Held around every use of pypdfium2 in a process with several threads."""
