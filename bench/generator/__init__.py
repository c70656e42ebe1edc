"""Generator of Vietnamese administrative documents (layout of Nghị định 30/2020) with exact truth.

Every person, number and sentence in its output is invented. A seed fixes every pixel, given the
same fonts and library versions.
"""

from bench.generator.content import compose
from bench.generator.model import DocumentTruth, Letter, LineTruth, PageTruth, WordTruth
from bench.generator.scanner import ScanSettings, preset_settings
from bench.generator.studio import Scan, make_scan

__all__ = [
    "DocumentTruth",
    "Letter",
    "LineTruth",
    "PageTruth",
    "Scan",
    "ScanSettings",
    "WordTruth",
    "compose",
    "make_scan",
    "preset_settings",
]
