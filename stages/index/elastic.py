"""Search in an Elasticsearch 8: the adapter of the port `SearchIndex` for offices that have one.

The alias `[index] alias` is asked; behind it stands one index, made by an index template with an
explicit mapping and the revision it was made with. `sohoa reindex` makes the next one and moves the
alias in one step. Nothing is connected before the first question, so a server that is down keeps
nobody from starting; who needs it gets PORT-DOWN and comes again.

A put is on the server's disk when it returns (translog, durability `request`) and found at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import Receipt
from pipeline.model.search import IndexEntry, SearchAnswer, SearchRequest
from stages.index.elastic_client import connect, fault, translated
from stages.index.elastic_mapping import revision, source_of, template
from stages.index.elastic_rebuild import ElasticRebuild
from stages.index.elastic_search import Asking
from stages.index.language import read_question
from stages.index.options import Options

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_BULK = 250
"""Documents in one request."""
_BULK_LETTERS = 4_000_000
"""Letters of their pages in one request: some 20 MB as they are sent. Servers take 100 MB
(http.max_content_length), and 250 documents of 100 pages are more."""
_STARTING = "503 search_phase_execution_exception"
_PAUSES_S = (0.1, 0.3, 0.6)
_PREFERENCE = "sohoa"
"""One copy of a shard answers every page of hits, so that scores do not differ between them."""


class ElasticIndex:
    """The port `SearchIndex` over an Elasticsearch server."""

    name = "elasticsearch"

    def __init__(
        self,
        options: Options,
        *,
        secret: Callable[[], str] = lambda: "",
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Name the server; nothing is asked of it yet.

        Args:
            options: where it is.
            secret: gives the user's password, or the API key when no user is named.
            clock: gives the time of receipts.
        """
        self.options = options
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None
        self._is_ready = False
        self._entered = 0

    @property
    def client(self) -> Elasticsearch:
        """The connections to the server, made at first use."""
        with self._lock:
            if self._client is None:
                self._client = connect(self.options, secret=self._secret())
            return self._client

    def put(self, entry: IndexEntry) -> Receipt:
        """Enter or replace a document; durable and found on return.

        Raises:
            TransientError: PORT-DOWN.
            OperatorError: SYS-INDEX-OLD, SYS-INDEX-REFUSED.
        """
        return self.put_many([entry])[0]

    def put_many(self, entries: Iterable[IndexEntry]) -> list[Receipt]:
        """Enter or replace documents; durable and found on return."""
        self._make_ready()
        chosen = list(entries)
        self.send(chosen, self.options.alias, is_alias=True, refresh="wait_for")
        return [self._receipt(entry) for entry in chosen]

    def remove(self, document_id: str) -> None:
        """Forget a document; safe to repeat."""
        self._make_ready()
        with translated():
            self.client.options(ignore_status=404).delete(
                index=self.options.alias, id=document_id, refresh="wait_for"
            )

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Return what answers a question; mistakes in it are told, never raised.

        Raises:
            TransientError: PORT-DOWN.
            OperatorError: SYS-INDEX-OLD, SYS-INDEX-REFUSED.
        """
        question = read_question(request.query)
        if question.is_empty:
            return SearchAnswer(mistakes=question.mistakes)
        self._make_ready()
        return Asking(self._search, question, request).answer()

    def rebuild(self, *, afresh: bool = False) -> ElasticRebuild:
        """Begin the next index, or go on with one begun before."""
        return ElasticRebuild.begin(self, afresh=afresh, now=self._clock())

    def count(self) -> int:
        """Return the number of documents held."""
        self._make_ready()
        with translated():
            return int(self.client.count(index=self.options.alias)["count"])

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
        count = self.count()
        with translated():
            health = self.client.cluster.health(index=self.options.alias)
        place = f"{self.options.url}/{self.live()[0]}"
        return f"{self.name}: {count} documents, {health['status']}, {place}"

    def close(self) -> None:
        """Close the connections; a later call opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
            self._is_ready = False

    def live(self) -> tuple[str, str]:
        """Return the index behind the alias and its revision; two empty texts when there is none.

        Raises:
            TransientError: PORT-DOWN.
        """
        with translated():
            found = self.client.options(ignore_status=404).indices.get(
                index=self.options.alias, features="mappings"
            )
        if "error" in found:
            return "", ""
        name, one = next(iter(found.items()))
        return str(name), str(one["mappings"].get("_meta", {}).get("revision", ""))

    def make(
        self,
        name: str,
        *,
        meta: Mapping[str, str],
        aliases: Mapping[str, Any],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Make an empty index from the template, which is brought to this revision first."""
        with translated():
            self.client.indices.put_index_template(
                name=self.options.alias,
                index_patterns=[f"{self.options.alias}-*"],
                template=template(self.options),
                priority=200,
                meta={"revision": revision()},
            )
            self.client.options(ignore_status=400).indices.create(
                index=name,
                mappings={"_meta": {"revision": revision(), **meta}},
                aliases=dict(aliases),
                settings=settings,
            )

    def send(
        self,
        entries: Sequence[IndexEntry],
        index: str,
        *,
        is_alias: bool = False,
        refresh: str = "false",
        places: Mapping[str, int] | None = None,
    ) -> None:
        """Enter documents; while the server takes some, the words of the next are made.

        Args:
            entries: the documents.
            index: name of an index, or of the alias.
            is_alias: refuse to make an index under that name.
            refresh: `wait_for` to return when they are found.
            places: document → place in the order of entering, when known already.

        Raises:
            TransientError: PORT-DOWN; some of them may be entered.
            OperatorError: SYS-INDEX-REFUSED.
        """
        if not entries:
            return
        known = self.places(entries, index) if places is None else places
        wishes = {"index": index, "refresh": refresh, "require_alias": is_alias}
        with ThreadPoolExecutor(1, thread_name_prefix="index-bulk") as line:
            under_way: Future[None] | None = None
            for bulk in _bulks(entries):
                operations: list[dict[str, Any]] = []
                for entry in bulk:
                    entered = known.get(entry.document_id) or self._next()
                    operations.append({"index": {"_id": entry.document_id}})
                    operations.append(source_of(entry, entered=entered))
                if under_way is not None:
                    under_way.result()
                under_way = line.submit(self._bulk, operations, wishes)
            if under_way is not None:
                under_way.result()

    def _bulk(self, operations: list[dict[str, Any]], wishes: dict[str, Any]) -> None:
        with translated():
            said = self.client.bulk(operations=operations, **wishes)
        faults = [one["index"] for one in said["items"] if one["index"].get("error")]
        if faults:
            # An alias that is gone: the next call looks again and says what is missing.
            self._is_ready = False
            worst = faults[0]
            detail = f"{worst['status']} {worst['error']['type']}"
            raise fault(int(worst["status"]), detail)

    def places(self, entries: Sequence[IndexEntry], index: str) -> dict[str, int]:
        """Return the places that documents already have: a replaced one keeps its own."""
        with translated():
            found = self.client.options(ignore_status=404).mget(
                index=index,
                ids=[entry.document_id for entry in entries],
                source_includes=["entered"],
            )
        return {
            one["_id"]: int(one["_source"]["entered"])
            for one in found.get("docs", ())
            if one.get("found")
        }

    def _next(self) -> int:
        """Return the next place in the order of entering: microseconds, never one twice."""
        with self._lock:
            self._entered = max(self._entered + 1, time.time_ns() // 1000)
            return self._entered

    def _search(self, bodies: Sequence[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Ask the live index; a shard that is just starting or moving is given a second."""
        for pause_s in (*_PAUSES_S, None):
            try:
                return self._searched(bodies)
            except TransientError as error:
                if pause_s is None or _STARTING not in error.detail:
                    raise
                time.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _searched(self, bodies: Sequence[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Ask in one request, carried out in order: a later part sees what an earlier one saw."""
        kind = "dfs_query_then_fetch" if self.options.shards > 1 else "query_then_fetch"
        wishes: dict[str, Any] = {"index": self.options.alias, "preference": _PREFERENCE}
        with translated():
            if len(bodies) == 1:
                found = self.client.search(**wishes, body=bodies[0], search_type=kind)
                return [found.body]
            lines = [line for body in bodies for line in ({**wishes, "search_type": kind}, body)]
            answers = self.client.msearch(searches=lines, max_concurrent_searches=1)["responses"]
        for one in answers:
            if "error" in one:
                raise fault(int(one["status"]), f"{one['status']} {one['error']['type']}")
        return answers  # type: ignore[no-any-return]

    def _make_ready(self) -> None:
        """See that there is an index of this revision behind the alias; an empty one is made.

        Raises:
            OperatorError: SYS-INDEX-OLD.
        """
        if self._is_ready:
            return
        name, found = self.live()
        if not name:
            self.make(f"{self.options.alias}-000001", meta={}, aliases={self.options.alias: {}})
            name, found = self.live()
        if found != revision():
            raise OperatorError("SYS-INDEX-OLD", detail=f"{name}: {found} ≠ {revision()}")
        with translated():
            # Another process may just have made it: its shards are not asked before they started.
            self.client.cluster.health(index=name, wait_for_status="yellow", timeout="30s")
        self._is_ready = True

    def _receipt(self, entry: IndexEntry) -> Receipt:
        said = {"document": entry.document_id, "pages": len(entry.pages), "revision": revision()}
        return Receipt(
            port="index",
            key=entry.document_id,
            external_id=f"{self.name}/{self.options.alias}/{entry.document_id}",
            at=self._clock(),
            answer_digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        )


def _bulks(entries: Iterable[IndexEntry]) -> Iterator[list[IndexEntry]]:
    """Yield documents in as many as one request takes; one that is larger goes alone."""
    bulk: list[IndexEntry] = []
    letters = 0
    for entry in entries:
        more = sum(map(len, entry.pages))
        if bulk and (len(bulk) == _BULK or letters + more > _BULK_LETTERS):
            yield bulk
            bulk, letters = [], 0
        bulk.append(entry)
        letters += more
    if bulk:
        yield bulk
