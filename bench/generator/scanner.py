"""An office scanner: turns clean sheets into the images that reach the drop folder.

Each fault is a named setting of its own, so that a bench can switch them one by one. All lengths
are in millimetres of the paper, so that a setting means the same at every resolution.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.generator.sheet import Patch, Rgb, Sheet
from bench.generator.wear import faxed, mottled, spread, stained, torn

Mode = Literal["colour", "gray", "bitonal"]
Image8 = NDArray[np.uint8]
PRESETS = ("clean", "office", "bad", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """One scan's faults; the defaults are a perfect colour scan at 300 dpi."""

    mode: Mode = "colour"
    dpi: int = 300
    rotation_deg: int = 0
    """Clockwise turn of the upright page in the scan: 0, 90, 180, 270."""
    skew_deg: float = 0.0
    """Clockwise tilt before the turn."""
    blur_mm: float = 0.0
    """Sigma of the optical blur."""
    noise: float = 0.0
    """Sigma of the sensor noise, in levels of 255."""
    paper: Rgb = (255, 255, 255)
    print_level: float = 0.93
    """Darkness of the black print, 0–1; faint ink is below 0.6."""
    faint_patches: float = 0.0
    """By how much the print fades in patches, 0–1."""
    light_fall: float = 0.0
    """Darkening towards one side, 0–1."""
    border_mm: float = 0.0
    """Width of the dark edge that an open lid leaves."""
    punch_holes: bool = False
    bleed: float = 0.0
    """How much of the back side shows through, 0–1."""
    dust: int = 0
    """Specks on the glass, of 0.1 to 0.4 mm."""
    stroke_px: int = 0
    """Thickening (+) or thinning (−) of the print in pixels."""
    threshold: int = 150
    """Level of the bitonal cut."""
    jpeg_quality: int = 82
    ink: Rgb = (0, 0, 0)
    """Colour of the print; carbon and stencil ink are blue or violet."""
    mottle: float = 0.0
    """How much the print fails in grains, 0–1: stencils, dry ribbons."""
    spread_mm: float = 0.0
    """Sigma by which the print spread before it was scanned: carbon copies."""
    fax_lines_per_mm: float = 0.0
    """Raster of the fax machine that printed the paper (3.85 or 7.7), 0 for none."""
    stains: int = 0
    """Brown stains of 6 to 30 mm."""
    torn_mm: float = 0.0
    """How much of a corner is gone."""


def preset_settings(preset: str, seed: int) -> ScanSettings:
    """Settings drawn from a preset: clean, office, bad, or mixed (two thirds office).

    Raises:
        ValueError: for a name that is no preset.
    """
    rng = random.Random(f"scan-{seed}")
    if preset == "clean":
        return ScanSettings()
    if preset == "office":
        return _office(rng)
    if preset == "bad":
        return _bad(rng)
    if preset == "mixed":
        return _office(rng) if rng.random() < 2 / 3 else _bad(rng)
    message = f"unknown preset {preset!r}; known: {', '.join(PRESETS)}"
    raise ValueError(message)


def _office(rng: random.Random) -> ScanSettings:
    mode, dpi = rng.choices(
        (("colour", 300), ("colour", 200), ("gray", 300), ("gray", 200), ("bitonal", 200),
         ("bitonal", 300)),
        (60, 10, 8, 7, 10, 5),
    )[0]  # fmt: skip
    white = rng.randrange(244, 256)
    return ScanSettings(
        mode=_mode(mode),
        dpi=dpi,
        skew_deg=max(-1.5, min(1.5, rng.gauss(0, 0.55))),
        blur_mm=rng.uniform(0.03, 0.06),
        noise=rng.uniform(1.5, 4.5),
        paper=(white, white - rng.randrange(0, 4), white - rng.randrange(0, 9)),
        print_level=rng.uniform(0.82, 0.96),
        light_fall=rng.choice((0.0, 0.0, 0.03, 0.07)),
        punch_holes=rng.random() < 0.06,
        bleed=rng.choice((0.0, 0.0, 0.0, 0.03, 0.06)),
        dust=rng.choice((0, 0, 4, 15)),
        threshold=rng.randrange(120, 185),
        jpeg_quality=rng.randrange(68, 90),
    )


def _bad(rng: random.Random) -> ScanSettings:
    mode = rng.choices(("colour", "gray", "bitonal"), (45, 25, 30))[0]
    base = _office(rng)
    # A cut leaves nothing of faint print, so 1-bit scans keep enough ink for a person to read.
    is_cut = mode == "bitonal"
    white = rng.randrange(226, 251)
    return replace(
        base,
        mode=_mode(mode),
        dpi=rng.choice((200, 200, 200, 150, 300)),
        rotation_deg=rng.choices((0, 90, 180, 270), (60, 13, 14, 13))[0],
        skew_deg=rng.uniform(-6, 6),
        blur_mm=rng.uniform(0.05, 0.11),
        noise=rng.uniform(3, 9),
        paper=(white, white - rng.randrange(1, 8), white - rng.randrange(4, 26)),
        print_level=rng.choice((0.92, 0.84) if is_cut else (0.9, 0.75, 0.6, 0.5)),
        faint_patches=rng.choice((0.0, 0.0, 0.12) if is_cut else (0.0, 0.0, 0.25, 0.45)),
        light_fall=rng.choice((0.0, 0.05) if is_cut else (0.0, 0.1, 0.2, 0.3)),
        border_mm=rng.choice((0.0, 0.0, 3.0, 7.0)),
        punch_holes=rng.random() < 0.3,
        bleed=rng.choice((0.0, 0.05, 0.1, 0.16)),
        dust=rng.choice((0, 10, 40)),
        stroke_px=rng.choice((0, 0, 0, -1, 1)),
        threshold=rng.randrange(135, 180),
        jpeg_quality=rng.randrange(35, 75),
    )


def _mode(name: str) -> Mode:
    modes: dict[str, Mode] = {"colour": "colour", "gray": "gray", "bitonal": "bitonal"}
    return modes[name]


def scan(sheet: Sheet, settings: ScanSettings, *, seed: int, back: Sheet | None = None) -> Image8:
    """The scanned image of a sheet: H × W × 3 (RGB), or H × W (gray; bitonal is 0 or 255).

    Args:
        sheet: the paper; its resolution must be that of the settings.
        settings: the faults.
        seed: fixes noise and clouds.
        back: what stands on the other side, for bleed-through.
    """
    noise = np.random.default_rng(seed)
    image = _on_paper(sheet, settings, noise, back)
    image = _optics(image, settings, noise)
    image = _placed(image, settings, noise)
    image = _sensor(image, settings, noise)
    if settings.mode == "bitonal":
        image = np.where(image > settings.threshold, 255, 0).astype(np.uint8)
    turns = settings.rotation_deg // 90
    return np.ascontiguousarray(np.rot90(image, k=-turns)) if turns else image


def _on_paper(
    sheet: Sheet, settings: ScanSettings, noise: np.random.Generator, back: Sheet | None
) -> Image8:
    """Inks on paper; gray and bitonal scans see colour as brightness."""
    black = np.asarray(sheet.black)
    if settings.stroke_px:
        kernel = np.ones((2, 2), np.uint8)
        act = cv2.dilate if settings.stroke_px > 0 else cv2.erode
        black = act(black, kernel, iterations=abs(settings.stroke_px)).astype(np.uint8)
    if settings.spread_mm:
        black = spread(black, settings.spread_mm, dpi=sheet.dpi)
    if settings.mottle:
        black = mottled(black, settings.mottle, noise, dpi=sheet.dpi)
    if settings.fax_lines_per_mm:
        black = faxed(black, settings.fax_lines_per_mm, noise, dpi=sheet.dpi)
    if settings.faint_patches:
        black = _faded(black, settings.faint_patches, noise)
    if settings.bleed and back is not None:
        ghost = cv2.GaussianBlur(np.asarray(back.black)[:, ::-1], (0, 0), 0.08 * sheet.dpi / 25.4)
        black = np.maximum(black, (ghost * settings.bleed).astype(np.uint8))
    cover = np.arange(256) / 255 * settings.print_level
    if settings.mode != "colour":
        paper = _brightness(settings.paper)
        image = cv2.LUT(black, _tones(paper, _brightness(settings.ink), cover))
        for patch in sheet.patches:
            _lay(image, patch, (_brightness(patch.ink),))
        return image.astype(np.uint8)
    layers = [
        cv2.LUT(black, _tones(level, ink, cover))
        for level, ink in zip(settings.paper, settings.ink, strict=True)
    ]
    coloured = cv2.merge(layers)
    for patch in sheet.patches:
        _lay(coloured, patch, patch.ink)
    return coloured.astype(np.uint8)


def _tones(paper: float, ink: float, cover: NDArray[np.float64]) -> Image8:
    """Levels between paper and ink."""
    tones: Image8 = np.round(paper * (1 - cover) + ink * cover).astype(np.uint8)
    return tones


def _brightness(ink: Rgb) -> float:
    return 0.299 * ink[0] + 0.587 * ink[1] + 0.114 * ink[2]


def _lay(image: NDArray[np.generic], patch: Patch, ink: tuple[float, ...]) -> None:
    """Multiply the patch's ink into the image, in place; parts outside the page are cut."""
    height, width = image.shape[:2]
    rows, cols = patch.alpha.shape
    y0, x0 = max(0, patch.y_px), max(0, patch.x_px)
    y1, x1 = min(height, patch.y_px + rows), min(width, patch.x_px + cols)
    if y0 >= y1 or x0 >= x1:
        return
    alpha = patch.alpha[y0 - patch.y_px : y1 - patch.y_px, x0 - patch.x_px : x1 - patch.x_px]
    share = alpha.astype(np.float32) / 255
    part = image[y0:y1, x0:x1].astype(np.float32)
    keep = 1 - share[..., None] * (1 - np.array(ink, np.float32) / 255)
    part *= keep if image.ndim == 3 else keep[..., 0]
    image[y0:y1, x0:x1] = part.astype(np.uint8)


def _faded(black: Image8, strength: float, noise: np.random.Generator) -> Image8:
    height, width = black.shape
    coarse = noise.random((9, 7), dtype=np.float32)
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    level = np.clip(1 - strength * cloud, 0.2, 1).astype(np.float32)
    faded: Image8 = (black * level).astype(np.uint8)
    return faded


def _optics(image: Image8, settings: ScanSettings, noise: np.random.Generator) -> Image8:
    if settings.stains:
        image = stained(image, settings.stains, noise, dpi=settings.dpi)
    sigma = settings.blur_mm * settings.dpi / 25.4
    if sigma > 0.25:
        image = cv2.GaussianBlur(image, (0, 0), sigma).astype(np.uint8)
    for _ in range(settings.dust):
        centre = (int(noise.integers(image.shape[1])), int(noise.integers(image.shape[0])))
        radius = max(1, round(float(noise.uniform(0.05, 0.2)) * settings.dpi / 25.4))
        cv2.circle(image, centre, radius, (60,) * 3, -1, cv2.LINE_AA)
    if settings.light_fall:
        height, width = image.shape[:2]
        angle = float(noise.random()) * 2 * np.pi
        xs = np.linspace(-0.5, 0.5, width, dtype=np.float32) * np.float32(np.cos(angle))
        ys = np.linspace(-0.5, 0.5, height, dtype=np.float32) * np.float32(np.sin(angle))
        field = 1 - settings.light_fall * (0.5 + ys[:, None] + xs[None, :])
        level = np.clip(field * 255, 0, 255).astype(np.uint8)
        whole = cv2.merge([level] * 3) if image.ndim == 3 else level
        image = cv2.multiply(image, whole, scale=1 / 255).astype(np.uint8)
    return image


def _placed(image: Image8, settings: ScanSettings, noise: np.random.Generator) -> Image8:
    """Tilt on the glass, holes, and the dark edges around the paper."""
    height, width = image.shape[:2]
    px = settings.dpi / 25.4
    if settings.punch_holes:
        for side in (-40, 40):
            centre = (round(11 * px), round(height / 2 + side * px))
            cv2.circle(image, centre, round(3 * px), (70,) * 3, -1, cv2.LINE_AA)
    if settings.torn_mm:
        image = torn(image, settings.torn_mm, noise, dpi=settings.dpi)
    around = (40,) * 3 if settings.border_mm else tuple(settings.paper)
    if settings.mode != "colour":
        around = (around[0],) * 3
    if settings.skew_deg:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -settings.skew_deg, 1.0)
        image = cv2.warpAffine(
            image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=around
        ).astype(np.uint8)
    if settings.border_mm:
        edge = round(settings.border_mm * px)
        image[:, :edge] = 35
        image[: edge // 2] = 30
    return image


def _sensor(image: Image8, settings: ScanSettings, noise: np.random.Generator) -> Image8:
    if not settings.noise:
        return image
    sigma = settings.noise * (2.5 if settings.mode == "bitonal" else 1.0)
    channels = image.shape[2:] if image.ndim == 3 else ()
    block = 512
    tile = noise.normal(0, sigma, (block, block, *channels)).astype(np.float32)
    tile = cv2.GaussianBlur(tile, (0, 0), 0.7).astype(np.float32) * 2.0
    signed = np.round(tile).astype(np.int16)
    for y in range(0, image.shape[0], block):
        for x in range(0, image.shape[1], block):
            part = image[y : y + block, x : x + block]
            grain = np.roll(signed, int(noise.integers(block)), axis=1)
            grain = grain[: part.shape[0], : part.shape[1]]
            image[y : y + block, x : x + block] = np.clip(part + grain, 0, 255).astype(np.uint8)
    return image
