"""What a line of the error catalogue is."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Family(enum.Enum):
    """Who must act."""

    DOCUMENT = "document"
    INPUT = "input"
    TRANSIENT = "transient"
    OPERATOR = "operator"
    CONTRACT = "contract"
    REMARK = "remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One line of the catalogue."""

    code: str
    family: Family
    message_vi: str
    message_en: str
    remedy_vi: str
    remedy_en: str

    @property
    def remedy(self) -> str:
        """Both remedies in one line, Vietnamese first."""
        return f"{self.remedy_vi} / {self.remedy_en}"


RESCAN = ("Quét lại tờ giấy rồi thả lại tệp.", "Scan the paper again and drop the file again.")
"""The remedy, in both languages, where the file itself is at fault."""


def table(family: Family, *rows: tuple[str, str, str, str, str]) -> dict[str, Fault]:
    """Return lines of one family: code, words (vi, en), remedy (vi, en)."""
    return {
        code: Fault(
            code=code,
            family=family,
            message_vi=message_vi,
            message_en=message_en,
            remedy_vi=remedy_vi,
            remedy_en=remedy_en,
        )
        for code, message_vi, message_en, remedy_vi, remedy_en in rows
    }
