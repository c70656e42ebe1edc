"""How many dots of a picture make an inch, where the file does not say or says nonsense.

Phones and careless programs write 72 or 96 dpi (or map one pixel to one PDF point) whatever the
truth; a sheet is then told by its shape and its pixels: A4 first, because offices scan A4.
"""

from __future__ import annotations

STANDARD_DPI = (300.0, 200.0, 150.0, 400.0, 600.0, 240.0, 100.0, 250.0, 120.0, 75.0)
"""What scanners offer, most usual first."""
_SHEETS = (
    (210.0, 297.0, 0.04),
    (297.0, 420.0, 0.02),
    (215.9, 279.4, 0.02),
    (148.0, 210.0, 0.02),
    (215.9, 355.6, 0.02),
)
"""A4, A3, Letter, A5, Legal: sides in mm, and how much a scan of it may be short or wide."""
_NOMINAL_DPI_MAX = 100.0
"""A resolution above this was set by a scanner and is believed."""
_LEAST_DPI = 72.0
"""Smaller pictures are small, not coarse."""
_SIDE_MAX_MM = 450.0
"""A page longer than A3 at a low resolution was never scanned at that resolution."""


def guess_dpi(width_px: float, height_px: float) -> float:
    """Return the resolution at which a picture has the size of a usual sheet.

    A standard resolution that fits a usual sheet wins; else the picture is taken to be as long as
    A4.
    """
    short, long = sorted((width_px, height_px))
    for short_mm, long_mm, tolerance in _SHEETS:
        for dpi in STANDARD_DPI:
            fits = abs(short / dpi * 25.4 / short_mm - 1) < tolerance
            if fits and abs(long / dpi * 25.4 / long_mm - 1) < tolerance:
                return dpi
    return max(_LEAST_DPI, max(long / 297.0, short / 210.0) * 25.4)


def is_credible(dpi: float, width_px: float, height_px: float) -> bool:
    """Say whether a stated resolution can be that of a scanner."""
    if not 20.0 <= dpi <= 5000.0:
        return False
    is_nominal = dpi <= _NOMINAL_DPI_MAX
    return not (is_nominal and max(width_px, height_px) / dpi * 25.4 > _SIDE_MAX_MM)


def settle_dpi(
    dpi_x: float | None, dpi_y: float | None, width_px: float, height_px: float
) -> tuple[float, float]:
    """Return the resolution across and down: as stated where credible, else guessed.

    Args:
        dpi_x: stated dots per inch across, None where the file is silent.
        dpi_y: stated dots per inch down.
        width_px: pixels across.
        height_px: pixels down.
    """
    dpi_x, dpi_y = dpi_x or dpi_y, dpi_y or dpi_x
    if dpi_x and dpi_y:
        is_one = is_credible(dpi_x, width_px, height_px) and is_credible(dpi_y, width_px, height_px)
        if is_one and max(dpi_x, dpi_y) / min(dpi_x, dpi_y) < 4.0:
            return dpi_x, dpi_y
    guess = guess_dpi(width_px, height_px)
    return guess, guess
