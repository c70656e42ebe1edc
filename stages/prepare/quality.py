"""The verdict on a scan while the paper is still on the desk, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.model.records import Quality, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages.prepare.look import Look
    from stages.prepare.scan import Scan

MIN_DPI = 200.0
"""NĐ 30/2020, PL I: at least 200 dpi."""
_DPI_ROUNDING = 3.0
"""Page sizes are rounded to whole points; 198 dpi on paper was 200 on the scanner."""
_BAD_DPI = 145.0
_MAX_EDGE_MM = 0.31
"""An edge between paper and a letter is no wider on a sharp scan."""
_MAX_EDGE_PX = 3.2
_MIN_CONTRAST = 90
"""Ink is so much darker than its paper, of 255, unless it is faint."""
_TILE_PX = 384
_MAX_TILES = 6
_MIN_TILE_MARK_SHARE = 0.01
_CUT_MARKS = 4
"""So many letters cut by one edge mean a cut page."""
_CUT_SPREAD_MM = 45.0
"""Seals set over the edge of several sheets (dấu giáp lai) are up to 42 mm wide."""
_BAD = frozenset({"QUALITY-BLUR", "QUALITY-CUT-MARGIN"})


def judge(scan: Scan, look: Look) -> Quality:
    """Return the verdict on a scan of paper.

    A blank page is judged by its resolution and colour alone.
    """
    reasons = []
    if scan.source_dpi < MIN_DPI - _DPI_ROUNDING:
        reasons.append("QUALITY-LOW-DPI")
    if not look.is_blank:
        if not scan.is_bitonal:
            reasons += _sharpness_reasons(scan, look)
        if _is_cut(look):
            reasons.append("QUALITY-CUT-MARGIN")
    if scan.pixels.ndim == 2:
        reasons.append("QUALITY-NO-COLOUR")
    is_bad = bool(_BAD & set(reasons)) or scan.source_dpi < _BAD_DPI
    verdict = Verdict.BAD if is_bad else Verdict.POOR if reasons else Verdict.GOOD
    return Quality(verdict=verdict, reasons=tuple(reasons))


def _sharpness_reasons(scan: Scan, look: Look) -> list[str]:
    page = scan.pixels if scan.pixels.ndim == 2 else scan.pixels[:, :, 0]
    tiles = _tiles(page, look)
    if not tiles:
        return []
    edges_px, contrasts = zip(*(_edge(tile) for tile in tiles), strict=True)
    reasons = []
    if float(np.median(edges_px)) > max(_MAX_EDGE_PX, _MAX_EDGE_MM / 25.4 * scan.dpi):
        reasons.append("QUALITY-BLUR")
    if float(np.median(contrasts)) < _MIN_CONTRAST:
        reasons.append("QUALITY-FAINT")
    return reasons


def _tiles(page: NDArray[np.uint8], look: Look) -> list[NDArray[np.uint8]]:
    """Return the parts of the page that hold most letters."""
    scale, letters = look.small.scale, look.marks.letters
    side = max(8, round(_TILE_PX * scale))
    rows, columns = letters.shape[0] // side, letters.shape[1] // side
    if not rows or not columns:
        return []
    cut = letters[: rows * side, : columns * side]
    share = cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA) / 255.0
    order = np.argsort(share, axis=None)[::-1][:_MAX_TILES]
    tiles = []
    for position in order:
        row, column = divmod(int(position), columns)
        if share[row, column] >= _MIN_TILE_MARK_SHARE:
            y, x = round(row * side / scale), round(column * side / scale)
            tiles.append(page[y : y + _TILE_PX, x : x + _TILE_PX])
    return tiles


def _edge(tile: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the width of the edges of a tile in pixels and its contrast, 0–255."""
    contrast = float(_percentile(tile, 90) - _percentile(tile, 1))
    steps = cv2.convertScaleAbs(cv2.Sobel(tile, cv2.CV_16S, 1, 0, ksize=1))
    steepest = _percentile(np.asarray(steps, np.uint8), 99) / 2.0
    return contrast / max(1.0, steepest), contrast


def _percentile(tile: NDArray[np.uint8], percent: float) -> int:
    """Return a percentile of bytes by counting them, which is many times as fast as sorting."""
    counts = np.cumsum(cv2.calcHist([tile], [0], None, [256], [0, 256]).reshape(-1))
    return int(np.searchsorted(counts, percent / 100 * counts[-1]))


def _is_cut(look: Look) -> bool:
    """Say whether letters touch an edge of the scan, along more of it than a seal is wide."""
    mask = look.marks.letters
    reach_px = _CUT_SPREAD_MM / 25.4 * look.small.dpi
    for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]):
        starts = np.flatnonzero(np.diff((edge > 0).astype(np.int8), prepend=0) == 1)
        if len(starts) >= _CUT_MARKS and starts[-1] - starts[0] > reach_px:
            return True
    return False
