"""A registry that speaks sohoa's REST contract (docs/registry-openapi.json), standard library only.

For trying out, for tests, and as an example to whoever writes the other side. Documents lie in one
SQLite file. Run: `python registry.py --port 8090 --data DIR --token-file FILE`.
"""

from __future__ import annotations

import argparse
import email.parser
import email.policy
import hashlib
import json
import re
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CONTRACT = "1"
MAX_BYTES = 64 << 20
_KEY = re.compile(r"[0-9a-f]{64}")
_NEEDED = ("key", "sha256", "book", "year", "arrival_number", "annex_vi", "fields")
_SCHEMA = """CREATE TABLE IF NOT EXISTS document (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
  record TEXT NOT NULL, file BLOB NOT NULL)"""


class Refused(Exception):
    """An answer that says no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Registry:
    """The documents; safe to use from several threads."""

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute(_SCHEMA)

    def create(self, key: str, record: dict[str, Any], file: bytes) -> tuple[dict[str, Any], bool]:
        """Keep a document under its key; return its receipt and whether it is new."""
        digest = hashlib.sha256(file).hexdigest()
        if record.get("sha256") != digest:
            raise Refused(422, "digest-differs")
        with self._lock, self._database:
            known = self._row(key)
            if known is not None:
                if known["sha256"] != digest:
                    raise Refused(409, "key-reused")
                return known, False
            self._database.execute(
                "INSERT INTO document (key, sha256, record, file) VALUES (?, ?, ?, ?)",
                (key, digest, json.dumps(record, ensure_ascii=False), file),
            )
            made = self._row(key)
        if made is None:
            raise Refused(500, "lost")
        return made, True

    def find(self, key: str) -> dict[str, Any] | None:
        """Return the receipt of a key."""
        with self._lock:
            return self._row(key)

    def listed(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Return receipts in the order of their ids."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, key, sha256 FROM document WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            ).fetchall()
        return [{"id": f"R-{row[0]}", "key": row[1], "sha256": row[2]} for row in rows]

    def file(self, key: str) -> bytes | None:
        """Return the file of a key."""
        with self._lock:
            row = self._database.execute("SELECT file FROM document WHERE key = ?", (key,))
            found = row.fetchone()
        return None if found is None else bytes(found[0])

    def forget(self, key: str) -> None:
        """Lose a document (for trying out reconciliation)."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM document WHERE key = ?", (key,))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _row(self, key: str) -> dict[str, Any] | None:
        row = self._database.execute(
            "SELECT id, key, sha256 FROM document WHERE key = ?", (key,)
        ).fetchone()
        return None if row is None else {"id": f"R-{row[0]}", "key": row[1], "sha256": row[2]}


def answer(
    registry: Registry, method: str, target: str, headers: Any, body: bytes
) -> tuple[int, dict[str, Any]]:
    """Return status and JSON of one question."""
    parts = urlsplit(target)
    asked = parse_qs(parts.query)
    try:
        match (method, parts.path.split("/")[1:]):
            case ("GET", ["v1", "health"]):
                return 200, {"status": "ok", "contract": CONTRACT}
            case ("GET", ["v1", "documents"]):
                return 200, _page(registry, asked)
            case ("GET", ["v1", "documents", "by-key", key]):
                found = registry.find(key)
                if found is None:
                    raise Refused(404, "unknown-key")
                return 200, found
            case ("POST", ["v1", "documents"]):
                key = headers.get("Idempotency-Key", "")
                if not _KEY.fullmatch(key):
                    raise Refused(400, "no-key")
                record, file = _form(headers.get("Content-Type", ""), body)
                if record["key"] != key:
                    raise Refused(400, "key-differs")
                made, is_new = registry.create(key, record, file)
                return (201 if is_new else 200), made
            case _:
                raise Refused(404, "unknown-path")
    except Refused as refused:
        return refused.status, {"error": refused.code}


def _page(registry: Registry, asked: dict[str, list[str]]) -> dict[str, Any]:
    try:
        after = int(asked.get("after", ["R-0"])[0].removeprefix("R-"))
        limit = min(1000, max(1, int(asked.get("limit", ["100"])[0])))
    except ValueError as error:
        raise Refused(400, "bad-cursor") from error
    items = registry.listed(after, limit)
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}


def _form(content_type: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.iter_parts()
    }
    record, file = parts.get("record"), parts.get("file")
    if not isinstance(record, bytes) or not isinstance(file, bytes):
        raise Refused(400, "no-form")
    try:
        read = json.loads(record)
    except ValueError as error:
        raise Refused(400, "no-json") from error
    if not isinstance(read, dict) or any(name not in read for name in _NEEDED):
        raise Refused(422, "field-missing")
    if not file.startswith(b"%PDF"):
        raise Refused(415, "no-pdf")
    return read, file


class Handler(BaseHTTPRequestHandler):
    """One question; the server holds `registry` and `token`."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer a question."""
        self.respond(b"")

    def do_POST(self) -> None:
        """Take a document."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            self.tell(413, {"error": "too-large"})
            self.close_connection = True
            return
        self.respond(self.rfile.read(int(length)))

    def respond(self, body: bytes) -> None:
        """Do what is asked and tell what came of it."""
        if self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self.tell(401, {"error": "login"})
            return
        self.tell(*answer(self.server.registry, self.command, self.path, self.headers, body))

    def tell(self, status: int, said: dict[str, Any]) -> None:
        """Send an answer."""
        data = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name above
        """Say nothing: paths bear keys."""


class Server(ThreadingHTTPServer):
    """The registry behind a port."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], registry: Registry, token: str) -> None:
        super().__init__(address, Handler)
        self.registry = registry
        self.token = token


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    options = parser.parse_args()
    registry = Registry(str(options.data / "registry.sqlite"))
    token = options.token_file.read_text(encoding="utf-8").strip()
    Server((options.host, options.port), registry, token).serve_forever()


if __name__ == "__main__":
    main()
