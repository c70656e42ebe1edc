"""The description of the interface for programs (OpenAPI 3.1), made from the routes and the views.

Schemas of the answers come from the dataclasses that are sent (`answers.plain`); a test asks every
route and holds what comes against them. `docs/openapi.json` is this document.
"""

from __future__ import annotations

import copy
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from pipeline.access.records import Account, Line
from pipeline.backlog.progress import Progress
from pipeline.web.api import (
    DropView,
    HealthLine,
    JobView,
    ProgressView,
    RegisterRow,
    SettingView,
)
from pipeline.web.outbox_api import TargetView

Json = dict[str, Any]
_COMPONENTS = "#/components/schemas/"
_VIEWS: dict[str, Any] = {
    "Job": JobView,
    "Drop": DropView,
    "Entry": RegisterRow,
    "HealthLine": HealthLine,
    "Setting": SettingView,
    "Progress": ProgressView,
    "Batch": Progress,
    "Target": TargetView,
    "Account": Account,
    "Line": Line,
}
_FAULT: Json = {
    "type": "object",
    "description": "What is wrong and what to do about it; codes: docs/errors.md",
    "properties": {
        **{
            name: {"type": "string"}
            for name in ("code", "message_vi", "message_en", "remedy", "detail")
        },
        "page": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["code", "message_vi", "message_en", "remedy", "detail", "page"],
}


def _ref(name: str) -> Json:
    return {"$ref": _COMPONENTS + name}


def _list_of(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


_ANSWERS: dict[tuple[str, str], Json] = {
    ("get", "/api/jobs"): {
        "type": "object",
        "properties": {
            "jobs": _list_of("Job"),
            "totals": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        "required": ["jobs", "totals"],
    },
    ("get", "/api/jobs/{job_id}"): {
        "allOf": [_ref("Job")],
        "properties": {
            name: {"type": "array"} for name in ("field_details", "doubtful", "pages", "events")
        },
        "required": ["field_details", "doubtful", "pages", "events"],
    },
    ("post", "/api/jobs/{job_id}/retry"): {
        "type": "object",
        "properties": {"retried": {"type": "boolean"}},
        "required": ["retried"],
    },
    ("get", "/api/drops"): _list_of("Drop"),
    ("get", "/api/register"): _list_of("Entry"),
    ("get", "/api/health"): _list_of("HealthLine"),
    ("get", "/api/settings"): _list_of("Setting"),
    ("get", "/api/users"): _list_of("Account"),
    ("get", "/api/audit"): _list_of("Line"),
    ("get", "/api/work"): _ref("Progress"),
    ("get", "/api/outbox"): _list_of("Target"),
    ("get", "/api/batches"): _list_of("Batch"),
    ("get", "/api/batches/{batch}"): _ref("Batch"),
    ("get", "/api/search"): {
        "type": "object",
        "properties": {
            "total": {"type": "integer"},
            "is_total_exact": {"type": "boolean"},
            "as_of": {"type": "string"},
            "mistakes": _list_of("Fault"),
            "facets": {"type": "object"},
            "hits": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["total", "is_total_exact", "as_of", "mistakes", "facets", "hits"],
    },
    ("post", "/api/send"): {
        "type": "object",
        "properties": {"folder": {"type": "string"}, "name": {"type": "string"}},
        "required": ["folder", "name"],
    },
}
_NUMBER: Json = {"type": "integer", "minimum": 0}
_TEXT: Json = {"type": "string"}
_ASKED: dict[str, tuple[Json, str]] = {
    "limit": ({**_NUMBER, "maximum": 200, "default": 50}, "at most so many"),
    "offset": ({**_NUMBER, "default": 0}, "leave out the first ones"),
    "state": (_TEXT, "state of the job: received, running, waiting, done, rejected, …"),
    "folder": (_TEXT, "name of the drop folder"),
    "book": (_TEXT, "book of the register"),
    "year": (_NUMBER, "year of the register, or of the paper where one searches"),
    "q": (_TEXT, "question, docs/search.md"),
    "order": ({"type": "string", "enum": ["relevance", "newest", "oldest"]}, "order of hits"),
    "as_of": (_TEXT, "`as_of` of the first page of hits, for the pages behind it"),
    "facets": (_TEXT, "given: facets are counted"),
    "issuer": (_TEXT, "value of the facet"),
    "type": (_TEXT, "value of the facet"),
    "name": (_TEXT, "name of the file"),
    "account": (_TEXT, "whose lines"),
    "action": (_TEXT, "name of the deed"),
    "document_id": (_TEXT, "lines on one document"),
}
_QUERIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("get", "/api/jobs"): ("state", "folder", "limit", "offset"),
    ("get", "/api/drops"): ("folder", "limit"),
    ("get", "/api/register"): ("book", "year", "limit", "offset"),
    ("get", "/api/audit"): ("account", "action", "document_id", "limit", "offset"),
    ("get", "/api/search"): (
        "q", "limit", "offset", "order", "as_of", "facets", "issuer", "type", "year", "folder",
        "state",
    ),
    ("post", "/api/send"): ("folder", "name"),
}  # fmt: skip
_REFUSALS = {
    "401": "no session and no valid token",
    "403": "account or token may not do this",
    "404": "no such thing, or not of one's units",
    "503": "something outside does not answer; asked again later it will",
}


def description(app: FastAPI) -> Json:
    """Return the OpenAPI document of an application."""
    # FastAPI keeps what it made: changed in place, the second answer would be another.
    document: Json = copy.deepcopy(app.openapi())
    document["info"]["description"] = (
        "What sohoa's page shows and does, for programs. A token is made on the page (account) or "
        "by `sohoa user token`; it has roles of its owner and sees the documents of its owner's "
        "units. Times are ISO 8601 in UTC."
    )
    components = document.setdefault("components", {})
    components["schemas"] = _schemas()
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sohoa_session"},
    }
    document["security"] = [{"token": []}, {"session": []}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, path)
    return document


def _complete(operation: Json, method: str, path: str) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    good = "201" if path == "/api/send" else "200"
    first = answers.pop("200", {"description": "as asked"})
    schema = _ANSWERS.get((method, path))
    if schema is not None:
        first["content"] = {"application/json": {"schema": schema}}
    answers[good] = first
    if path.endswith("/retry"):
        answers["409"] = {"description": "it may not move now", "content": first["content"]}
    if path == "/api/send":
        answers["422"] = {"description": "no such folder, name or size", "content": _fault()}
        body = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": body}
    for code, words in _REFUSALS.items():
        answers[code] = {"description": words, "content": _fault()}
    for name in _QUERIES.get((method, path), ()):
        schema, words = _ASKED[name]
        operation.setdefault("parameters", []).append(
            {
                "name": name,
                "in": "query",
                "required": path == "/api/send",
                "schema": schema,
                "description": words,
            }
        )


def _fault() -> Json:
    body = {"type": "object", "properties": {"error": _ref("Fault")}}
    return {"application/json": {"schema": body}}


def _schemas() -> Json:
    made: Json = {}
    for name, view in _VIEWS.items():
        schema = TypeAdapter(view).json_schema(
            mode="serialization", ref_template=_COMPONENTS + "{model}"
        )
        made |= schema.pop("$defs", {})
        made[name] = schema
    # the desk's Trouble goes out with its words, and a job with the word that tells people most
    made.pop("Trouble", None)
    made["Fault"] = _FAULT
    for name in ("Job", "Drop"):
        trouble = made[name]["properties"]["trouble"]
        is_optional = "anyOf" in trouble
        made[name]["properties"]["trouble"] = (
            {"anyOf": [_ref("Fault"), {"type": "null"}]} if is_optional else _ref("Fault")
        )
    made["Job"]["properties"]["status"] = {"type": "string"}
    return made
