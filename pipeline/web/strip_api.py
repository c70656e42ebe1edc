"""What the page asks of stacks that wait for a person; the house keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.model.stacks import StackPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPage:
    """One page of a strip."""

    number: int
    """In the scan, from 1."""
    has_picture: bool
    is_doubtful: bool
    codes: tuple[str, ...] = ()
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripView:
    """A stack that waits."""

    id: int
    batch: str
    name: str
    """Of the file; people know it by this."""
    code: str
    """Catalogue code of the first reason why it waits."""
    pages: tuple[StripPage, ...]
    plan: StackPlan


class Strips(Protocol):
    """The stacks that wait."""

    def waiting(self) -> Sequence[StripView]:
        """Return them, the first one first."""

    def strip(self, stack_id: int) -> StripView:
        """Return one.

        Raises:
            InputError: INPUT-STACK, it does not wait.
        """

    def picture(self, stack_id: int, page: int) -> bytes | None:
        """Return a page's small JPEG; None where there is none to show."""

    def confirm(self, stack_id: int, plan: str, *, person: str) -> None:
        """Take a person's plan, in the words of `strip_plan`.

        Raises:
            InputError: INPUT-STACK, it does not wait any more; INPUT-STACK-PLAN.
        """
