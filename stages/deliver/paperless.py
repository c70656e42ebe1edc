"""paperless-ngx, by its REST API (docs/api.md of the project, API version 9).

A document is posted, consumed later by paperless itself, and only then has a name. The idempotency
key lies in a custom field (text), made at first use where it is missing. Before a repetition the
custom field is asked, then the tasks: what paperless still consumes is neither there nor absent,
and is not posted again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.model.errors import DocumentError, TransientError
from pipeline.model.onward import Accepted, Held, Parcel
from stages.deliver.http import Answer, Caller
from stages.deliver.rest import refuse_large, refuse_secret

ACCEPT = {"Accept": "application/json; version=9"}
_TITLE_CHARS_MAX = 128
_OPEN_TASKS = frozenset({"PENDING", "STARTED", "RECEIVED", "RETRY"})
_FAILED_TASKS = frozenset({"FAILURE", "REVOKED"})
_PAGE = "100"
_POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperlessTarget:
    """Port `Target` over paperless-ngx."""

    caller: Caller
    field: str = "sohoa"
    """Name of the custom field that bears the idempotency key."""
    consume_timeout_s: float = 120.0
    """How long one attempt waits for paperless to consume a document."""
    max_bytes: int = 200 << 20

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "paperless"

    def check(self, parcel: Parcel) -> None:
        """Refuse secret documents and files that are too large."""
        refuse_secret(parcel)
        refuse_large(parcel, self.max_bytes)

    def find(self, parcel: Parcel) -> Accepted | None:
        """Look for the key, then for a task that still consumes the file."""
        found = self._by_key(parcel)
        if found is not None:
            return found
        for task in self._tasks({}):
            is_ours = task.get("task_file_name") == f"{parcel.name}.pdf"
            if is_ours and _state(task) in _OPEN_TASKS:
                raise TransientError("PORT-ANSWER", detail="paperless is still consuming it")
        # It may have been consumed between the two questions.
        return self._by_key(parcel)

    def send(self, parcel: Parcel) -> Accepted:
        """Post the document and wait until paperless has consumed it."""
        form: dict[str, str] = {
            "title": _title(parcel),
            "custom_fields": json.dumps({str(self._field_id()): parcel.key}),
        }
        if issued := _iso(parcel.fields.get("issued_date", "")):
            form["created"] = issued
        with parcel.pdf.open("rb") as file:
            answer = self.caller.ask(
                "POST",
                "/api/documents/post_document/",
                headers=ACCEPT,
                data=form,
                files={"document": (f"{parcel.name}.pdf", file, "application/pdf")},
            )
        if answer.status in {400, 413, 415, 422}:
            raise answer.refused()
        task_id = answer.json() if answer.status == 200 else None
        if not isinstance(task_id, str) or not task_id:
            raise answer.garbled("no task")
        return self._consumed(parcel, task_id)

    def held(self) -> Iterator[Held]:
        """Yield every document that bears a key."""
        field_id = self._field_id()
        for document in self._documents([self.field, "exists", True]):
            yield Held(key=_key(document, field_id), external_id=str(document["id"]))

    def ping(self) -> str:
        """Ask for the custom field, making it where it is missing."""
        return f"paperless: {self.caller.url}, field {self._field_id()}"

    def _consumed(self, parcel: Parcel, task_id: str) -> Accepted:
        deadline = time.monotonic() + self.consume_timeout_s
        while True:
            states = [_state(task) for task in self._tasks({"task_id": task_id})]
            if states and states[0] not in _OPEN_TASKS:
                break
            if time.monotonic() > deadline:
                raise TransientError("PORT-DOWN", detail="paperless did not consume it in time")
            time.sleep(_POLL_S)
        found = self._by_key(parcel)
        if found is not None:
            return found
        if states[0] in _FAILED_TASKS:
            task = self._tasks({"task_id": task_id})[0]
            raise DocumentError("DELIVER-REFUSED", detail=f"task: {task.get('result')}"[:300])
        raise TransientError("PORT-ANSWER", detail=f"task {states[0]}, and no document")

    def _by_key(self, parcel: Parcel) -> Accepted | None:
        found = list(self._documents([self.field, "exact", parcel.key]))
        field_id = self._field_id() if found else 0
        ours = [one for one in found if _key(one, field_id) == parcel.key]
        if len(ours) != len(found):
            raise TransientError("PORT-ANSWER", detail="paperless answers another question")
        if not ours:
            return None
        document = min(ours, key=lambda one: int(one["id"]))
        path = f"/api/documents/{document['id']}/metadata/"
        answer = self.caller.ask("GET", path, headers=ACCEPT)
        facts = answer.json() if answer.status == 200 else None
        if not isinstance(facts, dict) or "original_size" not in facts:
            raise answer.garbled("no metadata")
        if facts["original_size"] != parcel.pdf_bytes:
            raise DocumentError("DELIVER-REFUSED", detail=f"{path}: other bytes under our key")
        said = json.dumps([document["id"], parcel.key, facts["original_size"]])
        return Accepted(
            external_id=str(document["id"]),
            answer_digest=hashlib.sha256(said.encode()).hexdigest(),
        )

    def _documents(self, question: list[Any]) -> Iterator[dict[str, Any]]:
        page, last = 1, 0
        while True:
            params = {
                "custom_field_query": json.dumps(question, ensure_ascii=False),
                "page": str(page),
                "page_size": _PAGE,
                "ordering": "id",
            }
            answer = self.caller.ask("GET", "/api/documents/", params=params, headers=ACCEPT)
            said = _listing(answer)
            for document in said["results"]:
                if not isinstance(document, dict) or not isinstance(document.get("id"), int):
                    raise answer.garbled("a document without a name")
                if document["id"] <= last:  # the same page again and again
                    raise answer.garbled("a list without end")
                last = document["id"]
                yield document
            if not said.get("next"):
                return
            page += 1

    def _tasks(self, params: dict[str, str]) -> list[dict[str, Any]]:
        answer = self.caller.ask("GET", "/api/tasks/", params=params, headers=ACCEPT)
        said = answer.json() if answer.status == 200 else None
        tasks = said.get("results") if isinstance(said, dict) else said
        if not isinstance(tasks, list) or not all(isinstance(one, dict) for one in tasks):
            raise answer.garbled("no tasks")
        return tasks

    def _field_id(self) -> int:
        params = {"page_size": "1000"}
        answer = self.caller.ask("GET", "/api/custom_fields/", params=params, headers=ACCEPT)
        for field in _listing(answer)["results"]:
            if isinstance(field, dict) and field.get("name") == self.field:
                return int(field["id"])
        body = {"name": self.field, "data_type": "string"}
        answer = self.caller.ask("POST", "/api/custom_fields/", body=body, headers=ACCEPT)
        made = answer.json() if answer.status == 201 else None
        if not isinstance(made, dict) or not isinstance(made.get("id"), int):
            raise answer.garbled("the custom field cannot be made")
        return int(made["id"])


def _listing(answer: Answer) -> dict[str, Any]:
    said = answer.json() if answer.status == 200 else None
    if not isinstance(said, dict) or not isinstance(said.get("results"), list):
        raise answer.garbled("no list")
    return said


def _key(document: dict[str, Any], field_id: int) -> str:
    values = document.get("custom_fields")
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict) and one.get("field") == field_id:
            return str(one.get("value") or "")
    return ""


def _state(task: dict[str, Any]) -> str:
    return str(task.get("status", "")).upper()


def _title(parcel: Parcel) -> str:
    parts = (parcel.fields.get("code", ""), parcel.fields.get("subject", ""))
    title = " – ".join(part for part in parts if part) or parcel.name
    return title[:_TITLE_CHARS_MAX]


def _iso(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
