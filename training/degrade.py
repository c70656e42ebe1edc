"""Makes a clean page look like an office scan: 1-bit with ragged strokes, fax, toner, JPEG, gray.

Strengths follow what real letters show: most are 1-bit at 200 dpi and were straightened and
enlarged afterwards. All chance comes from the generator that is passed in.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.pages import KnownPage

Gray = NDArray[np.uint8]
KINDS = ("one_bit", "gray", "jpeg", "fax")
SHARES = (0.58, 0.2, 0.12, 0.1)
HARD_SHARES = (0.8, 0.05, 0.05, 0.1)


def degrade(page: KnownPage, rng: np.random.Generator, *, is_hard: bool = False) -> KnownPage:
    """Return a degraded copy of a clean page, its words moved with the image.

    Args:
        page: a clean page.
        rng: source of chance.
        is_hard: use the hard mixture of the evaluation: mostly 1-bit.
    """
    kind = str(rng.choice(KINDS, p=HARD_SHARES if is_hard else SHARES))
    turned = _turn(page, float(rng.normal(0, 0.15)))
    gray = turned.gray
    if rng.random() < 0.12:
        gray = _show_through(gray, rng)
    if rng.random() < 0.15:
        gray = _toner(gray, rng)
    unit = turned.dpi / 200.0
    if kind in ("one_bit", "fax"):
        gray = _fax(gray, rng, unit) if kind == "fax" else _one_bit(gray, rng, unit)
    else:
        gray = _office_gray(gray, rng, unit)
        if kind == "jpeg" or rng.random() < 0.5:
            gray = _jpeg(gray, int(rng.integers(30, 93)))
    result = KnownPage(gray=gray, words=turned.words, dpi=turned.dpi)
    return _straightened(result, rng)


def _turn(page: KnownPage, degrees: float) -> KnownPage:
    height, width = page.gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    gray = cv2.warpAffine(page.gray, matrix, (width, height), borderValue=255)
    return page.moved(np.asarray(gray, np.uint8), np.asarray(matrix, np.float64), page.dpi)


def _straightened(page: KnownPage, rng: np.random.Generator) -> KnownPage:
    """Resample as preparation does: enlarge low resolutions to 300 dpi, turn by a small angle."""
    height, width = page.gray.shape
    scale = 300.0 / page.dpi if page.dpi < 290 and rng.random() < 0.6 else 1.0
    degrees = float(rng.normal(0, 0.2)) if rng.random() < 0.5 else 0.0
    if scale == 1.0 and degrees == 0.0:
        return page
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    size = (round(width * scale), round(height * scale))
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    method = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC]))
    gray = cv2.warpAffine(page.gray, matrix, size, flags=method, borderValue=255)
    return page.moved(np.asarray(gray, np.uint8), np.asarray(matrix, np.float64), page.dpi * scale)


def _noise(shape: tuple[int, int], rng: np.random.Generator, sigma: float) -> NDArray[np.float32]:
    """Return Gaussian noise, sometimes of larger grain, made from one tile for speed."""
    tile = rng.standard_normal((512, 640), np.float32)
    if rng.random() < 0.6:
        grain = float(rng.uniform(0.5, 1.2))
        tile = np.asarray(cv2.GaussianBlur(tile, (0, 0), grain), np.float32)
        tile /= max(1e-6, float(tile.std()))
    rows, columns = -(-shape[0] // 512), -(-shape[1] // 640)
    return np.tile(tile * sigma, (rows, columns))[: shape[0], : shape[1]]


def _field(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a slowly changing field of about -1..1 over the page."""
    small = rng.uniform(-1, 1, (8, 6)).astype(np.float32)
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _one_bit(gray: Gray, rng: np.random.Generator, unit: float) -> Gray:
    """Blur, add noise, cut at a threshold: strokes fray, thin ones break, thick ones close up."""
    soft = cv2.GaussianBlur(gray, (0, 0), float(rng.uniform(0.35, 1.15)) * max(0.8, unit))
    rough = soft.astype(np.float32) + _noise(soft.shape, rng, float(rng.uniform(3, 42)))
    threshold = float(rng.uniform(105, 205))
    if rng.random() < 0.3:
        rough += _field(soft.shape, rng) * float(rng.uniform(5, 30))
    bits = np.where(rough > threshold, 255, 0).astype(np.uint8)
    chance = rng.random()
    if chance < 0.10:
        bits = np.asarray(cv2.erode(bits, np.ones((2, 2), np.uint8)), np.uint8)
    elif chance < 0.18 and threshold > 140:
        bits = np.asarray(cv2.dilate(bits, np.ones((1, 2), np.uint8)), np.uint8)
    elif chance < 0.32:
        bits = np.asarray(cv2.medianBlur(bits, 3), np.uint8)
    return _specks(bits, rng) if rng.random() < 0.4 else bits


def _specks(bits: Gray, rng: np.random.Generator) -> Gray:
    """Strew dust and drop-outs of one to three pixels."""
    specked = bits.copy()
    count = int(bits.size * 10 ** rng.uniform(-5.5, -3.6))
    for value in (0, 255):
        rows = rng.integers(0, bits.shape[0] - 3, count)
        columns = rng.integers(0, bits.shape[1] - 3, count)
        for size in range(int(rng.integers(1, 4))):
            specked[rows + size // 2, columns + (size + 1) // 2] = value
    return specked


def _fax(gray: Gray, rng: np.random.Generator, unit: float) -> Gray:
    """Send through a fax: other resolutions across and down, 1-bit, lost lines."""
    height, width = gray.shape
    lines = 0.98 if rng.random() < 0.75 else 0.72
    size = (round(width * min(1.0, 1.02 / unit)), round(height * min(1.0, lines / unit)))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    bits = _one_bit(small, rng, 0.7)
    for row in rng.integers(0, bits.shape[0] - 2, int(rng.integers(0, 12))):
        bits[row] = bits[row + 1] if rng.random() < 0.7 else 255
    return np.asarray(cv2.resize(bits, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _office_gray(gray: Gray, rng: np.random.Generator, unit: float) -> Gray:
    soft = cv2.GaussianBlur(gray, (0, 0), float(rng.uniform(0.4, 1.5)) * max(0.8, unit))
    ink, paper = float(rng.uniform(0, 110)), float(rng.uniform(200, 256))
    flat = ink + soft.astype(np.float32) * ((paper - ink) / 255.0)
    if rng.random() < 0.4:
        flat += _field(soft.shape, rng) * float(rng.uniform(4, 22))
    flat += _noise(soft.shape, rng, float(rng.uniform(0.5, 14)))
    return np.clip(flat, 0, 255).astype(np.uint8)


def _jpeg(gray: Gray, quality: int) -> Gray:
    coded = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _show_through(gray: Gray, rng: np.random.Generator) -> Gray:
    """Let the back of the sheet shine through: the page mirrored, blurred and faint."""
    back = cv2.GaussianBlur(gray[:, ::-1], (0, 0), float(rng.uniform(1.0, 2.5)))
    faint = 255.0 - (255.0 - back.astype(np.float32)) * float(rng.uniform(0.05, 0.28))
    faint = np.roll(faint, int(rng.integers(-40, 40)), axis=0)
    return np.asarray(np.minimum(gray, faint.astype(np.uint8)), np.uint8)


def _toner(gray: Gray, rng: np.random.Generator) -> Gray:
    """Thin the ink in blotches and vertical bands, as a failing cartridge does."""
    height, width = gray.shape
    grain = cv2.resize(rng.standard_normal((height // 6, width // 6), np.float32), (width, height))
    cover = 1.0 - float(rng.uniform(0.1, 0.45)) * (grain > rng.uniform(0.3, 1.2))
    if rng.random() < 0.4:
        middle, half = int(rng.integers(0, width)), int(rng.integers(4, max(5, width // 15)))
        cover[:, max(0, middle - half) : middle + half] *= float(rng.uniform(0.4, 0.8))
    return (255.0 - (255.0 - gray.astype(np.float32)) * cover).astype(np.uint8)
