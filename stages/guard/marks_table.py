"""The table of marks: what stamps of secrecy and urgency say, read from the rules folder."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.model.errors import OperatorError


class _PlainLetters(dict[int, str]):
    """What `str.translate` makes of each code point; worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        parts = unicodedata.normalize("NFD", chr(point).replace("Đ", "D").replace("đ", "d"))
        self[point] = "".join(letter for letter in parts if letter.isalpha()).lower()
        return self[point]


_PLAIN_LETTERS = _PlainLetters()


def letters_of(text: str) -> str:
    """Return the plain letters of a text in lower case, without tones, signs and spaces."""
    return text.translate(_PLAIN_LETTERS)


@dataclass(frozen=True, kw_only=True)
class MarkKind:
    """One stamp (NĐ 30/2020 PL I, ô 10a and 10b)."""

    text: str
    """Canonical text, e.g. `TỐI MẬT`."""
    is_secret: bool

    @cached_property
    def letters(self) -> str:
        """Plain letters, e.g. `toimat`."""
        return letters_of(self.text)


@dataclass(frozen=True, kw_only=True)
class MarksTable:
    """All marks and how else they are spelled."""

    kinds: tuple[MarkKind, ...]
    spellings: dict[str, str]
    """Plain letters of other spellings → canonical text."""

    @cached_property
    def by_letters(self) -> dict[str, MarkKind]:
        """Marks by plain letters, other spellings included."""
        by_text = {kind.text: kind for kind in self.kinds}
        found = {kind.letters: kind for kind in self.kinds}
        for letters, text in self.spellings.items():
            found.setdefault(letters, by_text[text])
        return found

    @cached_property
    def secret_texts(self) -> frozenset[str]:
        """Canonical texts of secrecy."""
        return frozenset(kind.text for kind in self.kinds if kind.is_secret)


def load_marks(folder: Path) -> MarksTable:
    """Read `marks.toml` of the rules folder.

    Raises:
        OperatorError: SYS-CONFIG when the file is missing, damaged or incomplete.
    """
    try:
        with (folder / "marks.toml").open("rb") as stream:
            table = tomllib.load(stream)
        kinds = tuple(
            MarkKind(text=row["text"], is_secret=row["kind"] == "secrecy") for row in table["mark"]
        )
        spellings = {
            letters_of(other): text
            for text, others in table["spellings"].items()
            for other in others
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError) as fault:
        raise OperatorError("SYS-CONFIG", detail=f"rules: {fault!r}") from fault
    return MarksTable(kinds=kinds, spellings=spellings)
