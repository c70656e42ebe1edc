"""Who gets a thread: letters always, the backlog what is left."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field

from pipeline.engine.service import Service
from pipeline.ledger.rows import JobRow
from pipeline.model.records import Document, JobState, MediaType

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def job(name: str, priority: int) -> JobRow:
    """Return a received job."""
    return JobRow(
        document=Document(id=name, media_type=MediaType.PDF, size_bytes=1),
        folder="den", source_name=name, received_at=NOW, state=JobState.RECEIVED, stage="",
        code=None, detail="", page=None, tries=0, next_try_at=None, priority=priority,
        delivered_path=None, page_count=None, book=None, year=None, arrival_number=None,
        updated_at=NOW,
    )  # fmt: skip


@dataclass
class World:
    """Ledger and runner of a test: jobs run until they are let go."""

    jobs: dict[str, JobRow] = field(default_factory=dict)
    begun: dict[str, threading.Event] = field(default_factory=dict)
    let_go: dict[str, threading.Event] = field(default_factory=dict)

    def add(self, name: str, priority: int) -> None:
        """Enter a job."""
        self.begun[name], self.let_go[name] = threading.Event(), threading.Event()
        self.jobs[name] = job(name, priority)

    def unfinished(self, *, now: dt.datetime) -> tuple[JobRow, ...]:
        """Return the jobs, letters first."""
        del now
        return tuple(sorted(self.jobs.values(), key=lambda one: (one.priority, one.id)))

    def run(self, document_id: str) -> None:
        """Work until let go."""
        self.begun[document_id].set()
        self.let_go[document_id].wait(30)
        self.jobs.pop(document_id, None)


def test_a_letter_finds_a_thread_however_busy_the_backlog_is() -> None:
    """Two threads, both with papers of the backlog: the letter runs; a third paper does not."""
    world = World()
    for name in ("b1", "b2", "b3"):
        world.add(name, 50)
    service = Service(world, world, threads=2, poll_s=0.01)  # type: ignore[arg-type]
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    try:
        assert world.begun["b1"].wait(5)
        assert world.begun["b2"].wait(5)
        world.add("letter", 0)
        service.wake()
        assert world.begun["letter"].wait(5)
        assert not world.begun["b3"].wait(0.2)
        service.hold(frozenset({"b1", "b2"}))
        world.let_go["letter"].set()
        assert world.begun["b3"].wait(5), "what stands still takes no room"
        world.add("b0", 50)
        service.hold(frozenset({"b0"}))
        assert not world.begun["b0"].wait(0.2), "what stands still is not begun"
    finally:
        stop.set()
        for event in world.let_go.values():
            event.set()
        service.wake()
        thread.join(10)
