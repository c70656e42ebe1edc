"""Errors, by who must act.

    SohoaError
    ├── DocumentError    the sender: the document is rejected, a note lies beside it, no retry
    ├── TransientError   time: tried again, with a cap and jitter
    ├── InputError       the person at the desk: what was asked or typed cannot be done
    ├── OperatorError    the keeper: the stage stops for all, an alarm names the remedy
    └── ContractError    us: the job halts with a trace

Every error carries a stable code of `pipeline.model.catalogue`, which holds what is said to people
in Vietnamese and English. Foreign errors are translated once, at the adapter's border, with `from`.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.model.catalogue import CATALOGUE, Family, Fault


class SohoaError(Exception):
    """Base of all errors of the product; never raised itself."""

    family: ClassVar[Family]

    def __init__(self, code: str, *, detail: str = "", page: int | None = None) -> None:
        """Make an error of a known code.

        Args:
            code: a code of the catalogue whose family is this class's.
            detail: facts for the keeper (limits, counts, foreign message), never document text.
            page: the page concerned, from 1.

        Raises:
            KeyError: the code is not in the catalogue (a fault of ours).
        """
        self.fault: Fault = CATALOGUE[code]
        self.code = code
        self.detail = detail
        self.page = page
        where = f" (trang/page {page})" if page is not None else ""
        super().__init__(
            f"{code}: {self.fault.message_en}{where}{f' [{detail}]' if detail else ''}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process border whole."""
        return (_rebuild, (type(self), self.code, self.detail, self.page))


def _rebuild(kind: type[SohoaError], code: str, detail: str, page: int | None) -> SohoaError:
    return kind(code, detail=detail, page=page)


class DocumentError(SohoaError):
    """The document cannot be worked on; the sender must act."""

    family = Family.DOCUMENT


class TransientError(SohoaError):
    """Something outside did not answer in time; it is tried again."""

    family = Family.TRANSIENT


class InputError(SohoaError):
    """What a person typed or asked for cannot be done; nothing was changed."""

    family = Family.INPUT


class OperatorError(SohoaError):
    """The keeper of the machine must act (disk, certificate, folder, engine missing)."""

    family = Family.OPERATOR


class ContractError(SohoaError):
    """A promise between our own parts was broken."""

    family = Family.CONTRACT
