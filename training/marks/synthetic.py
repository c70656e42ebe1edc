"""Patches of ink planes with stamps, and without: what the network of marks learns from.

Everything is drawn: stamps of NĐ 30/2020 PL I (framed or not, tilted, worn, faint, covered), and
around them what stands on paper: words in capitals, lines of text, seals, arrival stamps, tables,
handwriting. Faces are those of the machine (Tinos, Liberation, DejaVu, Termes). No real document is
used. A patch is 256 × 96 pixels at 100 dpi (65 × 24 mm), drawn at 200 dpi.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from training.marks.overlays import arrival_ink, arrow_ink
from training.pen_digits import DigitArtist

WIDTH, HEIGHT = 256, 96
"""Size of a patch in pixels at 100 dpi."""
STRIDE = 4
CLASSES = ("", "MẬT", "TỐI", "TUYỆT", "TỐC", "KHẨN", "THƯỢNG")
"""Class 0 is anything else; a class is a word of a stamp."""
IGNORE = 255
_SCALE = 2
"""Patches are drawn at twice the resolution."""
_SIDE = 660
"""Of the square that a stamp is drawn in: an arrow is 75 mm long."""
_HIDDEN = 2.4
"""Ink around a word is so many times the word's own where nobody could tell it."""
_STAMPS = (
    ("MẬT",),
    ("TỐI", "MẬT"),
    ("TUYỆT", "MẬT"),
    ("HỎA", "TỐC"),
    ("HOẢ", "TỐC"),
    ("THƯỢNG", "KHẨN"),
    ("KHẨN",),
)
_WEIGHTS = (6, 4, 4, 2, 1, 2, 2)
_ALIKE = (
    "NHẬT", "LUẬT", "ĐẤT", "MỘT", "MỤC", "THẬT", "KHÁT", "PHẬT", "MẪU", "MẪN", "ĐẠT", "PHÁT",
    "MIỄN", "TỔNG", "TỜ", "TRÌNH", "TỈNH", "QUYẾT", "TUYỂN", "THUYẾT", "TUYÊN", "HÓA", "TỔ", "TỐT",
    "NHÂN",
    "KHÔNG", "KHOẢN", "KHUẨN", "THƯƠNG", "THƯỜNG", "HƯỚNG", "ĐẾN", "SỐ", "NGÀY", "CHUYỂN", "MỜI",
    "BẢN", "SAO", "HỎI", "HÒA", "ĐÃ", "KÝ", "KHÁNH", "KHÁC", "VIỆT", "NAM", "ĐỘC", "LẬP", "MAI",
)  # fmt: skip
_FORGIVEN = ("MẶT", "MẮT", "MÁT", "MẤT", "MẠT", "MẬP", "TỘI", "TỚI", "TỐN", "TỘC", "KHÁN", "KHAN")
"""So like a mark's word that neither answer is a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """An ink plane and what is true of its cells."""

    ink: np.ndarray
    """(HEIGHT, WIDTH) uint8, 255 is full ink."""
    labels: np.ndarray
    """(HEIGHT / 4, WIDTH / 4) uint8, class or IGNORE."""


def find_faces() -> tuple[list[Path], list[Path]]:
    """Return bold faces for stamps and all faces for text.

    Raises:
        FileNotFoundError: none of the known faces is installed.
    """
    roots = [Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts")]
    names = ("Tinos", "LiberationSerif", "texgyretermes", "LiberationSans", "Arimo", "DejaVuS")
    faces = [
        path
        for root in roots
        for path in sorted(root.rglob("*.[to]tf"))
        if path.name.startswith(names) and "Mono" not in path.name and _is_vietnamese(path)
    ]
    bold = [p for p in faces if "bold" in p.name.lower() and "italic" not in p.name.lower()]
    if not bold:
        message = "no face of Tinos, Liberation, Termes or DejaVu is installed"
        raise FileNotFoundError(message)
    serif = [p for p in bold if p.name.startswith(("Tinos", "LiberationSerif", "texgyre"))]
    return serif * 4 + bold, faces


def _mean_around(ink: np.ndarray, x: float, y: float) -> float:
    """Return the mean ink of a word's size around a point of the drawing."""
    part = ink[max(0, int(y) - 18) : int(y) + 18, max(0, int(x) - 36) : int(x) + 36]
    return float(part.mean()) if part.size else 0.0


def _ignore_invisible(ink: np.ndarray, labels: np.ndarray) -> None:
    """Ask for no answer where wear left nothing to see."""
    small = cv2.resize(ink, labels.shape[::-1], interpolation=cv2.INTER_AREA)
    seen = cv2.blur(small, (11, 5))
    labels[(labels > 0) & (seen < 14)] = IGNORE


def _is_vietnamese(path: Path) -> bool:
    with TTFont(path, lazy=True) as face:
        known = face.getBestCmap()
    return all(ord(letter) in known for letter in "ẬỐỆƯỢẨỎ")


class Studio:
    """Draws patches; the same seed gives the same ones."""

    def __init__(self, seed: int, words: list[str]) -> None:
        """Take words (any case) that text around stamps is made of."""
        self._rng = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._bold, self._faces = find_faces()
        self._words = words
        self._sans = [path for path in self._faces if "Sans" in path.name or "Arimo" in path.name]
        self._own: list[tuple[float, float, float]] = []
        self._artist = DigitArtist(None)
        self._fonts: dict[tuple[Path, int], ImageFont.FreeTypeFont] = {}

    def patch(self) -> Patch:
        """Return one patch: a stamp in two of five, else what may be taken for one."""
        rng = self._rng
        ink = np.zeros((HEIGHT * _SCALE, WIDTH * _SCALE), np.float32)
        labels = np.zeros((HEIGHT // STRIDE, WIDTH // STRIDE), np.uint8)
        self._own = []
        if rng.random() < 0.7:
            self._surroundings(ink, labels)
        kind = rng.random()
        if kind < 0.4:
            self._stamp(ink, labels, rng.choices(_STAMPS, _WEIGHTS)[0])
        elif kind < 0.6:
            words = tuple(rng.choices((*_ALIKE, *_FORGIVEN), k=rng.choice((1, 1, 2))))
            self._stamp(ink, labels, words)
        elif kind < 0.72:
            words = tuple(w.upper() for w in rng.choices(self._words, k=rng.choice((1, 2, 3))))
            self._stamp(ink, labels, words)
        if rng.random() < 0.35:
            self._cover(ink)
        if rng.random() < 0.35:
            self._arrive(ink)
        self._ignore_hidden(ink, labels)
        scanned = self._scanned(ink)
        _ignore_invisible(scanned, labels)
        return Patch(ink=scanned, labels=labels)

    def _font(self, path: Path, size_px: float) -> ImageFont.FreeTypeFont:
        key = (path, round(size_px))
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(str(path), max(6, round(size_px)))
        return self._fonts[key]

    def _stamp(self, ink: np.ndarray, labels: np.ndarray, words: tuple[str, ...]) -> None:
        rng = self._rng
        urgent = words[-1] in {"TỐC", "KHẨN"}
        size = rng.triangular(10.5, 21, 14) * 200 / 72
        if rng.random() < (0.4 if urgent else 0.06):
            # Real arrows are in sans, often light, 4 to 6 mm high.
            faces = self._sans if rng.random() < 0.8 else self._bold
            font = self._font(rng.choice(faces), size * rng.uniform(1.0, 1.4))
            image, centres = arrow_ink(rng, words, font, _SIDE)
        else:
            faces = self._sans if rng.random() < 0.2 else self._bold
            image, centres = self._in_frame(words, self._font(rng.choice(faces), size), size)
        tilt = rng.uniform(-46, 46) if urgent and rng.random() < 0.4 else rng.gauss(0, 8)
        tilt = max(-46.0, min(46.0, tilt)) if urgent else max(-19.0, min(19.0, tilt))
        where = (
            rng.uniform(0.2, 0.8) * WIDTH * _SCALE,
            rng.uniform(0.2, 0.8) * HEIGHT * _SCALE,
        )
        matrix = cv2.getRotationMatrix2D((_SIDE / 2, _SIDE / 2), tilt, 1.0)
        wide = rng.uniform(0.75, 1.2)
        narrowed = np.array([[wide, 0, (1 - wide) * _SIDE / 2], [0, 1, 0], [0, 0, 1]])
        matrix = matrix @ narrowed
        matrix[:, 2] += np.array(where) - _SIDE / 2
        drawn = cv2.warpAffine(np.asarray(image), matrix, (ink.shape[1], ink.shape[0]))
        worn = self._worn(drawn.astype(np.float32) / 255)
        np.maximum(ink, worn, out=ink)
        for word, (cx, cy) in zip(words, centres, strict=True):
            at = matrix @ np.array([cx, cy, 1.0])
            x, y = float(at[0]), float(at[1])
            self._own.append((x, y, _mean_around(worn, x, y)))
            self._label(labels, word, x / _SCALE, y / _SCALE)

    def _in_frame(
        self, words: tuple[str, ...], font: ImageFont.FreeTypeFont, size: float
    ) -> tuple[Image.Image, list[tuple[float, float]]]:
        """Draw words side by side, mostly in a frame; return the middle of each too."""
        image = Image.new("L", (_SIDE, _SIDE), 0)
        draw = ImageDraw.Draw(image)
        space = font.getlength(" ") * self._rng.uniform(0.7, 1.8)
        widths = [font.getlength(word) for word in words]
        total = sum(widths) + space * (len(words) - 1)
        x, centres = _SIDE / 2 - total / 2, []
        for word, width in zip(words, widths, strict=True):
            draw.text((x, _SIDE / 2), word, fill=255, font=font, anchor="lm")
            centres.append((x + width / 2, _SIDE / 2))
            x += width + space
        self._frame(draw, _SIDE / 2, total, size)
        return image, centres

    def _frame(self, draw: ImageDraw.ImageDraw, middle: float, total: float, size: float) -> None:
        rng = self._rng
        kind = rng.random()
        if kind < 0.3:
            return
        half_w = total / 2 + size * rng.uniform(0.15, 0.8)
        half_h = size * rng.uniform(0.62, 0.95)
        line = rng.randrange(2, 7)
        box = (middle - half_w, middle - half_h, middle + half_w, middle + half_h)
        if kind < 0.88:
            draw.rectangle(box, outline=255, width=line)
            if kind < 0.42:
                gap = line + rng.randrange(2, 6)
                inner = (box[0] + gap, box[1] + gap, box[2] - gap, box[3] - gap)
                draw.rectangle(inner, outline=255, width=2)
            return
        tip = size * rng.uniform(0.8, 1.4)
        x0, y0, x1, y1 = box
        draw.line(
            [(x0, y0), (x1, y0), (x1, y0 - tip / 3), (x1 + tip, middle), (x1, y1 + tip / 3),
             (x1, y1), (x0, y1), (x0 - tip / 2, middle), (x0, y0)],
            fill=255, width=line,
        )  # fmt: skip

    def _label(self, labels: np.ndarray, word: str, x: float, y: float) -> None:
        value = IGNORE if word in _FORGIVEN else 0
        if word in CLASSES:
            value = CLASSES.index(word)
        if value == 0:
            return
        rows, columns = np.mgrid[0 : labels.shape[0], 0 : labels.shape[1]]
        away = np.hypot((columns + 0.5) * STRIDE - x, ((rows + 0.5) * STRIDE - y) * 1.3)
        labels[(away < 16) & (labels == 0)] = IGNORE
        labels[away < 6.5] = value

    def _ignore_hidden(self, ink: np.ndarray, labels: np.ndarray) -> None:
        """Ask for no answer where other ink hides the stamp: nobody could tell."""
        for x, y, own in self._own:
            if own < 0.035 or _mean_around(ink, x, y) > _HIDDEN * own + 0.03:
                row, column = int(y / _SCALE / STRIDE), int(x / _SCALE / STRIDE)
                part = labels[max(0, row - 4) : row + 5, max(0, column - 5) : column + 6]
                part[part > 0] = IGNORE

    def _worn(self, alpha: np.ndarray) -> np.ndarray:
        """Uneven ink: clouds, grain, thick or thin strokes, pale colour."""
        rng = self._rng
        if rng.random() < 0.25:
            kernel = np.ones((rng.choice((1, 2)), 2), np.uint8)
            alpha = cv2.erode(alpha, kernel) if rng.random() < 0.5 else cv2.dilate(alpha, kernel)
        strength = rng.choice((0.0, 0.3, 0.6, 0.9))
        coarse = self._noise.random((3, 5), dtype=np.float32)
        cloud = cv2.resize(coarse, alpha.shape[::-1], interpolation=cv2.INTER_CUBIC)
        grain = cv2.GaussianBlur(self._noise.random(alpha.shape, dtype=np.float32), (0, 0), 1.0)
        level = 1 - strength * (0.6 * cloud + 2.2 * np.clip(grain - 0.48, 0, 1))
        pale = rng.choice((1.0, 1.0, 0.8, 0.55, 0.35))
        return alpha * np.clip(level, 0, 1) * pale

    def _surroundings(self, ink: np.ndarray, labels: np.ndarray) -> None:
        rng = self._rng
        image = Image.new("L", ink.shape[::-1], 0)
        draw = ImageDraw.Draw(image)
        for _ in range(rng.randrange(1, 4)):
            rng.choice(
                (self._text, self._text, self._seal, self._seal, self._table, self._scribble,
                 self._signature, self._digits)
            )(draw)  # fmt: skip
        np.maximum(ink, np.asarray(image, np.float32) / 255 * rng.uniform(0.5, 1), out=ink)
        del labels

    def _text(self, draw: ImageDraw.ImageDraw) -> None:
        """Lines of print, in small letters or capitals, never a mark alone."""
        rng = self._rng
        size = rng.uniform(10, 15) * 200 / 72
        font = self._font(rng.choice(self._faces), size)
        x, y = rng.uniform(-200, 200), rng.uniform(-10, HEIGHT * _SCALE)
        for _ in range(rng.randrange(1, 5)):
            words = rng.choices(self._words, k=rng.randrange(1, 9))
            line = " ".join(words)
            draw.text((x, y), line.upper() if rng.random() < 0.35 else line, fill=255, font=font)
            y += size * rng.uniform(1.1, 1.6)

    def _seal(self, draw: ImageDraw.ImageDraw) -> None:
        rng = self._rng
        radius = rng.uniform(100, 150)
        x, y = rng.uniform(0, WIDTH * _SCALE), rng.uniform(-60, HEIGHT * _SCALE + 60)
        for share, line in ((1.0, 5), (0.93, 2), (0.66, 2)):
            r = radius * share
            draw.ellipse((x - r, y - r, x + r, y + r), outline=255, width=line)
        self._emblem(draw, x, y, radius * 0.6)
        font = self._font(rng.choice(self._bold), rng.uniform(20, 30))
        text = "".join(rng.choices(self._words, k=6)).upper()
        for ordinal, letter in enumerate(text[:24]):
            angle = math.radians(ordinal * 13 - 160)
            r = radius * 0.79
            draw.text((x + r * math.cos(angle), y + r * math.sin(angle)), letter, fill=255,
                      font=font, anchor="mm")  # fmt: skip

    def _emblem(self, draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
        """What fills the middle of a seal: a star, sheaves, a wheel, or two words."""
        rng = self._rng
        if rng.random() < 0.3:
            font = self._font(rng.choice(self._bold), rng.uniform(22, 40))
            for row in range(rng.randrange(1, 4)):
                word = rng.choice((*_ALIKE, *self._words)).upper()
                draw.text((x, y + (row - 1) * 36), word, fill=255, font=font, anchor="mm")
            return
        points = [
            (x + r * math.sin(k * math.pi / 5), y - radius * 0.35 - r * math.cos(k * math.pi / 5))
            for k in range(10)
            for r in (radius * (0.28 if k % 2 == 0 else 0.11),)
        ]
        draw.polygon(points, fill=255 if rng.random() < 0.6 else None, outline=255)
        for _ in range(rng.randrange(30, 110)):
            angle, away = rng.uniform(0, 2 * math.pi), radius * rng.uniform(0.3, 1.0)
            cx, cy = x + away * math.cos(angle), y + away * math.sin(angle)
            r = rng.uniform(3, 14)
            turn = rng.uniform(0, 360)
            around = (cx - r, cy - r * 0.7, cx + r, cy + r * 0.7)
            end = turn + rng.uniform(60, 300)
            draw.arc(around, turn, end, fill=255, width=rng.randrange(1, 4))
        for level in range(rng.randrange(0, 6)):
            at = y + radius * (0.1 + 0.12 * level)
            draw.line((x - radius * 0.5, at, x + radius * 0.5, at), fill=255, width=2)

    def _signature(self, draw: ImageDraw.ImageDraw) -> None:
        """Smooth loops and a long stroke."""
        rng = self._rng
        x, y = rng.uniform(-40, 200), rng.uniform(20, HEIGHT * _SCALE - 20)
        phase, pace = rng.uniform(0, 6), rng.uniform(0.2, 0.9)
        tall, wide = rng.uniform(10, 55), rng.uniform(2, 9)
        points = []
        for step in range(rng.randrange(30, 120)):
            x += wide * (0.4 + math.cos(step * pace * 0.7 + phase))
            points.append((x, y + tall * math.sin(step * pace + phase) * rng.uniform(0.8, 1.1)))
        draw.line(points, fill=255, width=rng.randrange(2, 6), joint="curve")
        if rng.random() < 0.5:
            draw.line((x - 160, y + 30, x + 220, y - rng.uniform(0, 60)), fill=255, width=3)

    def _digits(self, draw: ImageDraw.ImageDraw) -> None:
        """Numbers and dotted lines, as in arrival stamps and tables."""
        rng = self._rng
        font = self._font(rng.choice(self._faces), rng.uniform(18, 46))
        x, y = rng.uniform(-20, 260), rng.uniform(0, HEIGHT * _SCALE)
        text = "".join(rng.choices("0123456789/.-…", k=rng.randrange(2, 12)))
        draw.text((x, y), text, fill=255, font=font)
        for dot in range(rng.randrange(0, 60)):
            draw.ellipse((x + dot * 6, y + 34, x + dot * 6 + 2, y + 36), fill=255)

    def _table(self, draw: ImageDraw.ImageDraw) -> None:
        """A frame of rows with words: arrival stamps, tables."""
        rng = self._rng
        x, y = rng.uniform(-80, 200), rng.uniform(-60, 120)
        width, height = rng.uniform(200, 420), rng.uniform(100, 300)
        draw.rectangle((x, y, x + width, y + height), outline=255, width=rng.randrange(2, 5))
        font = self._font(rng.choice(self._faces), rng.uniform(20, 36))
        for row in range(rng.randrange(2, 5)):
            at = y + height * (row + 0.5) / 4
            word = rng.choice((*_ALIKE, *(w.upper() for w in rng.choices(self._words, k=6))))
            draw.text((x + 10, at), word, fill=255, font=font, anchor="lm")
            if rng.random() < 0.5:
                draw.line((x, at + 20, x + width, at + 20), fill=255, width=2)

    def _scribble(self, draw: ImageDraw.ImageDraw) -> None:
        rng = self._rng
        x, y = rng.uniform(0, WIDTH * _SCALE), rng.uniform(0, HEIGHT * _SCALE)
        points = [(x, y)]
        for _ in range(rng.randrange(6, 30)):
            x, y = x + rng.gauss(4, 14), y + rng.gauss(0, 14)
            points.append((x, y))
        draw.line(points, fill=255, width=rng.randrange(2, 5), joint="curve")

    def _cover(self, ink: np.ndarray) -> None:
        """A hole in the ink, or strokes over it."""
        rng = self._rng
        if rng.random() < 0.5:
            w, h = rng.randrange(4, 50), rng.randrange(4, 40)
            x, y = rng.randrange(ink.shape[1]), rng.randrange(ink.shape[0])
            ink[y : y + h, x : x + w] *= rng.choice((0.0, 0.3))
            return
        image = Image.new("L", ink.shape[::-1], 0)
        kinds = (self._scribble, self._signature, self._seal, self._text, self._text)
        rng.choice(kinds)(ImageDraw.Draw(image))
        np.maximum(ink, np.asarray(image, np.float32) / 255 * rng.uniform(0.4, 1), out=ink)

    def _arrive(self, ink: np.ndarray) -> None:
        """Set a stamp of arrival over all, mostly so that the two cross."""
        rng = self._rng
        stamp = arrival_ink(rng, self._faces, self._words, self._artist)
        size = (ink.shape[1], ink.shape[0])
        at = [rng.uniform(-0.1, 1.1) * side for side in size]
        moved = np.array([[1, 0, at[0] - stamp.shape[1] / 2], [0, 1, at[1] - stamp.shape[0] / 2]])
        drawn = cv2.warpAffine(stamp, moved, size).astype(np.float32) / 255
        np.maximum(ink, self._worn(drawn), out=ink)

    def _scanned(self, ink: np.ndarray) -> np.ndarray:
        """Blur, noise, sometimes two tones, then 100 dpi."""
        rng = self._rng
        ink = cv2.GaussianBlur(ink, (0, 0), rng.choice((0.4, 0.8, 1.2, 1.8)))
        if rng.random() < 0.35:
            noisy = ink + self._noise.normal(0, 0.12, ink.shape).astype(np.float32)
            ink = (noisy > rng.uniform(0.2, 0.6)).astype(np.float32)
        small = cv2.resize(ink, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        small = small + self._noise.normal(0, rng.choice((0, 0.02, 0.05)), small.shape)
        return (np.clip(small, 0, 1) * 255).astype(np.uint8)
