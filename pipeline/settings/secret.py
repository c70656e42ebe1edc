"""A value that cannot print itself."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

_FILE = "file:"


class Secret:
    """A password or PIN; its value comes out by `reveal` alone and never by printing or pickling.

    In a configuration it is written as it is, or as `file:PATH` to be read from a file (a last line
    break is dropped).
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep a value."""
        self._value = value

    @classmethod
    def from_setting(cls, text: str) -> Secret:
        """Read what a configuration says.

        Raises:
            ValueError: the file named cannot be read.
        """
        if not text.startswith(_FILE):
            return cls(text)
        try:
            value = Path(text.removeprefix(_FILE)).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError("the secret's file cannot be read") from error
        return cls(value.removesuffix("\n").removesuffix("\r"))

    def reveal(self) -> str:
        """Return the value, to hand to whoever needs it and to nobody else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written to files or sent to other processes")
