"""What sohoa asks of paperless-ngx, played after its docs/api.md (API version 9).

Not paperless itself: consuming is a counter, duplicates are refused by their bytes as paperless
does, and nothing else of it is here.
"""

from __future__ import annotations

import email.parser
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.misbehaving import Misbehaving, Plan, QuietServer, serving
from tests.servers.registry import reference

TOKEN = "paperless-token"


class Paperless:
    """The documents, fields and tasks; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.fields: dict[str, int] = {"khác": 3}
        self.documents: dict[int, dict[str, Any]] = {
            1: {"id": 1, "custom_fields": [], "file": b"%PDF by hand"}
        }
        self.tasks: list[dict[str, Any]] = []
        self.looks_until_consumed = 1
        """How often a task is looked at before its document is there."""

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Return status and JSON of one question."""
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self.lock:
            match (method, parts.path.strip("/").split("/")[1:]):
                case ("GET", ["custom_fields"]):
                    rows = [{"id": number, "name": name} for name, number in self.fields.items()]
                    return 200, {"count": len(rows), "next": None, "results": rows}
                case ("POST", ["custom_fields"]):
                    name = json.loads(body)["name"]
                    self.fields[name] = 10 + len(self.fields)
                    return 201, {"id": self.fields[name], "name": name, "data_type": "string"}
                case ("POST", ["documents", "post_document"]):
                    return self._post(headers.get("Content-Type", ""), body)
                case ("GET", ["documents"]):
                    return 200, self._documents(asked)
                case ("GET", ["documents", number, "metadata"]):
                    file = self.documents[int(number)]["file"]
                    return 200, {"original_size": len(file)}
                case ("GET", ["tasks"]):
                    return 200, self._tasks(asked)
        return 404, {"detail": "Not found."}

    def _post(self, content_type: str, body: bytes) -> tuple[int, Any]:
        head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        parts = {
            part.get_param("name", header="content-disposition"): part
            for part in message.iter_parts()
        }
        file = parts["document"].get_payload(decode=True)
        if not file.startswith(b"%PDF"):
            return 400, {"document": ["File type not supported"]}
        values = json.loads(parts["custom_fields"].get_payload(decode=True))
        task = {
            "task_id": f"task-{len(self.tasks)}",
            "task_file_name": parts["document"].get_filename(),
            "status": "PENDING",
            "result": None,
            "looks": self.looks_until_consumed,
            "file": file,
            "title": parts["title"].get_payload(decode=True).decode(),
            "custom_fields": [
                {"field": int(number), "value": value} for number, value in values.items()
            ],
        }
        self.tasks.append(task)
        return 200, task["task_id"]

    def _tasks(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        chosen = [one for one in self.tasks if asked.get("task_id") in {None, one["task_id"]}]
        for task in chosen:
            if task["status"] == "PENDING":
                task["looks"] -= 1
                if task["looks"] <= 0:
                    self._consume(task)
        names = ("task_id", "task_file_name", "status", "result")
        return [{name: task[name] for name in names} for task in chosen]

    def _consume(self, task: dict[str, Any]) -> None:
        if any(one["file"] == task["file"] for one in self.documents.values()):
            task |= {"status": "FAILURE", "result": "It is a duplicate of another document"}
            return
        number = max(self.documents) + 1
        names = ("file", "title", "custom_fields")
        self.documents[number] = {"id": number} | {name: task[name] for name in names}
        task |= {"status": "SUCCESS", "result": f"New document id {number} created"}

    def _documents(self, asked: dict[str, str]) -> dict[str, Any]:
        name, operator, wanted = json.loads(asked["custom_field_query"])
        number = self.fields.get(name)

        def value(document: dict[str, Any]) -> str | None:
            found = [x["value"] for x in document["custom_fields"] if x["field"] == number]
            return found[0] if found else None

        chosen = [
            {"id": one["id"], "custom_fields": one["custom_fields"]}
            for one in self.documents.values()
            if (value(one) == wanted if operator == "exact" else value(one) is not None)
        ]
        size, page = int(asked["page_size"]), int(asked["page"])
        more = len(chosen) > size * page
        here = chosen[size * (page - 1) : size * page]
        return {"count": len(chosen), "next": "…" if more else None, "results": here}


class _Plain(reference.Handler):  # type: ignore[misc,name-defined]
    def respond(self, body: bytes) -> None:
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            self.tell(401, {"detail": "Invalid token."})
            return
        self.tell(*self.server.paperless.answer(self.command, self.path, self.headers, body))


class BadHandler(Misbehaving, _Plain):
    """A question on a bad day."""


class BadServer(QuietServer):
    """Paperless with a plan of faults."""

    def __init__(self, paperless: Paperless, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), BadHandler)
        self.paperless = paperless
        self.plan = plan


@contextmanager
def running(plan: Plan) -> Iterator[tuple[str, Paperless]]:
    """Give address and contents."""
    paperless = Paperless()
    with serving(BadServer(paperless, plan), plan) as address:
        yield address, paperless
