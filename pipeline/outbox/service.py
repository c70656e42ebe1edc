"""The threads that push onward: one a target, so that a slow target holds up no other."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import threading
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.ledger.outbox import ParcelRow
from pipeline.model.errors import OperatorError, TransientError
from pipeline.outbox.delivery import Delivery

_log = logging.getLogger("sohoa.outbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A target and what it gets."""

    delivery: Delivery
    folders: Collection[str] = ()
    """Watched folders whose documents it gets; all when empty."""
    since: dt.datetime | None = None
    """Documents received before are left out."""
    news: Callable[[], int] | None = None
    """Takes what the target says became of documents; None where it says nothing.

    Raises TransientError and OperatorError as the target's `find`.
    """

    def fill(self) -> int:
        """Enter what has been finished since; return how many."""
        return self.delivery.outbox.fill(self.delivery.name, folders=self.folders, since=self.since)

    def push(self, *, limit: int | None = None) -> int:
        """Deliver what is due now, at most `limit`; return how many parcels were tried."""
        self.fill()
        count = 0
        while limit is None or count < limit:
            if guarded(self.delivery) is None:
                break
            count += 1
        return count


def guarded(delivery: Delivery) -> ParcelRow | None:
    """Deliver one parcel; a fault of ours poisons that parcel and not the target's thread."""
    row = delivery.take()
    if row is None:
        return None
    is_ended = False
    try:
        fault = _fault(functools.partial(delivery.attempt, row), delivery.name)
        if fault is not None:
            delivery.poison(row, code="BUG-STAGE", detail=_told(fault))
        is_ended = True
    finally:
        if not is_ended:
            delivery.unended.append(row.document_id)
    return delivery.outbox.parcel(delivery.name, row.document_id)


def _fault(deed: Callable[[], object], name: str) -> Exception | None:
    """Do a deed and return the fault of ours that ended it, if any.

    A future keeps whatever was raised, so that this needs no second broad `except` in the house.

    Raises:
        TransientError, OperatorError: the ledger itself cannot be written, or a target asked.
        BaseException: this process is ending.
    """
    with ThreadPoolExecutor(1, thread_name_prefix=f"outbox-{name}") as pool:
        error = pool.submit(deed).exception()
    if isinstance(error, (TransientError, OperatorError)) or not isinstance(
        error, Exception | None
    ):
        raise error
    return error


def _told(error: Exception) -> str:
    """Return where a fault of ours happened, never what was said of it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))
    return f"{type(error).__name__} at {where}"[:1000]


class OutboxService:
    """Pushes onward until told to stop."""

    def __init__(
        self, routes: Sequence[Route], *, poll_s: float = 5.0, news_s: float = 300.0
    ) -> None:
        """Prepare the threads.

        Args:
            routes: targets.
            poll_s: how often each looks for what is due, seconds.
            news_s: how often each target that tells is asked what became of documents, seconds.
        """
        self._routes = routes
        self._poll_s = poll_s
        self._news_s = news_s

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a call under way is waited for."""
        threads = [
            threading.Thread(
                target=self._one, args=(route, stop), name=f"outbox-{route.delivery.name}"
            )
            for route in self._routes
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self, route: Route, stop: threading.Event) -> None:
        asked_at_s = -self._news_s
        while not stop.is_set():
            tried = 0
            try:
                if route.news is not None and time.monotonic() - asked_at_s >= self._news_s:
                    asked_at_s = time.monotonic()
                    self._take_news(route.news, route.delivery.name)
                tried = route.push(limit=1)
            except (TransientError, OperatorError) as error:
                _log.warning("the outbox cannot work: %s", error, extra={"action": "outbox-down"})
            if not tried:
                stop.wait(self._poll_s)

    def _take_news(self, news: Callable[[], int], name: str) -> None:
        """Take news; what goes wrong with them, by whomever, keeps nothing from being sent."""
        try:
            fault = _fault(news, name)
        except (TransientError, OperatorError) as error:
            _log.warning("no news of %s: %s", name, error, extra={"action": "outbox-down"})
            return
        if fault is not None:
            _log.error("no news of %s: %s", name, _told(fault), extra={"action": "outbox-bug"})
