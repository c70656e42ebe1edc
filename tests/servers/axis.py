"""A gateway of the axis, played after what is known of the vendor's SDK.

Keeps messages by its own numbers, knows a document again by sender and DocumentId (the exchange's
own rule against doubles), checks the header's HMAC, and refuses what is no edXML.
"""

from __future__ import annotations

import base64
import email.parser
import email.policy
import hashlib
import hmac
import io
import itertools
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from tests.servers.misbehaving import Misbehaving, Plan, QuietServer, serving
from tests.servers.registry import reference

SECRET = "khóa bí mật của trục"
SYSTEM = "H26-sohoa"
NS = {"e": "http://www.mic.gov.vn/TBT/QCVN_102_2016"}


class Axis:
    """The messages; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sent: dict[str, bytes] = {}
        self.numbers = itertools.count(1)
        self.names: dict[tuple[str, str], str] = {}
        self.statuses: dict[str, bytes] = {}
        self.received: dict[str, bytes] = {}
        """Status messages for us."""
        self.documents: dict[str, bytes] = {}
        """Document messages for us."""
        self.marks: dict[str, str] = {}
        self.fetched: list[str] = []
        self.lost: dict[str, str] = {}
        """Messages that are listed and cannot be had, with the gateway's error code."""

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Return status and JSON of one question."""
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self._knows(headers):
            return 200, {"status": "FAIL", "ErrorCode": "15", "ErrorDesc": "credentials"}
        with self.lock:
            match (method, parts.path):
                case ("POST", "/sendEdoc"):
                    return 200, self._take(asked, headers.get("Content-Type", ""), body)
                case ("GET", "/getAgenciesList"):
                    return 200, {"status": "OK", "ErrorCode": "0", "data": []}
                case ("GET", "/getSentEdocList"):
                    return 200, self._list(self.sent)
                case ("GET", "/getReceivedEdocList"):
                    is_status = asked["messagetype"] == "status"
                    return 200, self._list(self.received if is_status else self.documents)
                case ("POST", "/updateStatus"):
                    said = json.loads(body)
                    self.marks[said["docId"]] = said["status"]
                    return 200, {"status": "OK", "ErrorCode": "0"}
                case ("GET", "/getEdoc"):
                    every = {**self.sent, **self.received, **self.documents}
                    kept = every.get(asked.get("docId", ""))
                    self.fetched.append(asked.get("docId", ""))
                    if kept is None or asked["docId"] in self.lost:
                        code = self.lost.get(asked.get("docId", ""), "10")
                        return 200, {"status": "FAIL", "ErrorCode": code, "ErrorDesc": "no docId"}
                    return 200, {"status": "OK", "data": base64.b64encode(kept).decode()}
        return 404, {"status": "FAIL", "ErrorCode": "404"}

    def _knows(self, headers: Any) -> bool:
        names = ("systemid", "timestamp", "version")
        told = {f"XroadVnpt-{name}": headers.get(f"XroadVnpt-{name}", "") for name in names}
        line = json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
        digest = hmac.new(SECRET.encode(), line, hashlib.sha256).hexdigest()
        return digest == headers.get("XroadVnpt-hash-header")

    def _take(self, asked: dict[str, str], content_type: str, body: bytes) -> dict[str, Any]:
        head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        (part,) = list(form.iter_parts())
        message = part.get_payload(decode=True)
        try:
            tree = etree.fromstring(message)
        except etree.XMLSyntaxError:
            return {"status": "FAIL", "ErrorCode": "22", "ErrorDesc": "invalid edXML"}
        if asked["messagetype"] == "status":
            name = f"status-{len(self.statuses)}"
            self.statuses[name] = message
            return {"status": "OK", "ErrorCode": "0", "DocId": name}
        one = "/e:edXML/e:edXMLEnvelope/e:edXMLHeader/e:MessageHeader"
        sender = tree.xpath(f"string({one}/e:From/e:OrganId)", namespaces=NS)
        document = tree.xpath(f"string({one}/e:DocumentId)", namespaces=NS)
        if not sender or not document or not files_of(message):
            return {"status": "FAIL", "ErrorCode": "22", "ErrorDesc": "invalid edXML"}
        name = self.names.setdefault((sender, document), f"doc-{next(self.numbers)}")
        self.sent.setdefault(name, message)
        return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "DocId": name}

    def _list(self, kept: dict[str, bytes]) -> dict[str, Any]:
        rows = [
            {"docId": name, "serviceType": "eDoc", "status": self.marks.get(name, "initial")}
            for name in kept
        ]
        return {"status": "OK", "ErrorCode": "0", "data": rows}


def files_of(message: bytes) -> list[bytes]:
    """Return the files of a message, strictly as the standard packs them."""
    tree = etree.fromstring(message)
    found = []
    for text in tree.xpath("/e:edXML/e:AttachmentEncoded/e:Attachment/e:ContentTransferEncoded/text()", namespaces=NS):  # fmt: skip # noqa: E501
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(text, validate=True))) as archive:
            (name,) = archive.namelist()
            found.append(archive.read(name))
    return found


class _Plain(reference.Handler):  # type: ignore[misc,name-defined]
    def respond(self, body: bytes) -> None:
        self.tell(*self.server.axis.answer(self.command, self.path, self.headers, body))


class BadHandler(Misbehaving, _Plain):
    """A question on a bad day."""


class BadServer(QuietServer):
    """The gateway with a plan of faults."""

    def __init__(self, axis: Axis, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), BadHandler)
        self.axis = axis
        self.plan = plan


@contextmanager
def running(plan: Plan) -> Iterator[tuple[str, Axis]]:
    """Give address and contents."""
    axis = Axis()
    with serving(BadServer(axis, plan), plan) as address:
        yield address, axis
