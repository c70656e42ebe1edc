"""The gateway of the axis, as its vendor's SDK 2.0.1 asks it: lists, messages, sending, marking.

Paths, parameters and headers are those of the SDK; what the lists look like in full is not
documented there, so answers are read leniently. Not tried against the real gateway.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.errors import OperatorError
from stages.deliver.edxml.dialect import VIETNAM
from stages.deliver.edxml.reader import MESSAGE_BYTES_MAX
from stages.deliver.http import Answer, Caller

_VERSION = "3.0.201608"
_REFUSED_CODES = frozenset({"22"})
"""Invalid edXML, at the provincial gateways; every other error code is asked again."""
_LOGIN_CODES = frozenset({"15"})
"""Credentials."""
_ANSWER_BYTES_MAX = 2 * MESSAGE_BYTES_MAX
"""Of a message in base64 and its JSON."""
_ENDED = frozenset({"done", "fail"})
"""Statuses of messages that were taken or given back before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Asks one gateway; every question may raise PORT-DOWN, PORT-ANSWER, DELIVER-LOGIN."""

    caller: Caller
    system_id: str
    secret: Callable[[], str]
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def send(self, message: bytes, kind: str, name: str, *, sender: str, receiver: str) -> Answer:
        """Send a message.

        Args:
            message: edXML.
            kind: `edoc` or `status`.
            name: of its file.
            sender: agency code.
            receiver: agency code.

        Raises:
            DocumentError: DELIVER-REFUSED: it is not valid for the gateway.
        """
        return _judged(
            self.caller.ask(
                "POST",
                "/sendEdoc",
                params={
                    "servicetype": "eDoc", "messagetype": kind, "from": sender, "to": receiver,
                },
                headers=self._headers(),
                files={"file_doc": (name, message, "application/octet-stream")},
            ),
            is_message=True,
        )  # fmt: skip

    def sent(self, kind: str) -> Iterator[str]:
        """Yield the names of the messages that we sent."""
        return (name for name, _ in self._listed("getSentEdocList", kind))

    def received(self, kind: str) -> Iterator[str]:
        """Yield the names of the messages for us that have not been marked yet."""
        listed = self._listed("getReceivedEdocList", kind)
        return (name for name, status in listed if status not in _ENDED)

    def all_received(self, kind: str) -> Iterator[str]:
        """Yield the names of the messages for us, marked or not."""
        return (name for name, _ in self._listed("getReceivedEdocList", kind))

    def message(self, doc_id: str) -> bytes:
        """Return a message as the gateway keeps it."""
        answer = _judged(
            self.caller.ask(
                "GET",
                "/getEdoc",
                params={"docId": doc_id},
                headers=self._headers(),
                bytes_max=_ANSWER_BYTES_MAX,
            )
        )
        data = _insensitive(answer.json(), "data")
        if not isinstance(data, str):
            raise answer.garbled("no message")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise answer.garbled("no base64") from error

    def mark(self, doc_id: str, *, is_taken: bool) -> None:
        """Tell that a message was taken, or could not be; safe to repeat."""
        told = {"docId": doc_id, "status": "done" if is_taken else "fail"}
        _judged(self.caller.ask("POST", "/updateStatus", headers=self._headers(), body=told))

    def ping(self) -> None:
        """Ask for the list of agencies, which proves key and way."""
        answer = self.caller.ask(
            "GET", "/getAgenciesList", params={"servicetype": "eDoc"}, headers=self._headers()
        )
        _judged(answer)

    def _listed(self, path: str, kind: str) -> Iterator[tuple[str, str]]:
        answer = self.caller.ask(
            "GET",
            f"/{path}",
            params={"servicetype": "eDoc", "messagetype": kind},
            headers=self._headers(),
        )
        said = _judged(answer).json()
        rows = _insensitive(said, "data")
        if not isinstance(rows, list):
            raise answer.garbled("no list")
        for row in rows:
            doc_id = _insensitive(row, "docid") if isinstance(row, dict) else None
            if not isinstance(doc_id, str | int) or not str(doc_id):
                raise answer.garbled("a document without a name")
            yield str(doc_id), str(_insensitive(row, "status")).lower()

    def _headers(self) -> Mapping[str, str]:
        at = self.clock().astimezone(VIETNAM)
        names = {
            "XroadVnpt-systemid": self.system_id,
            "XroadVnpt-timestamp": f"{at:%d%m%YT%H%M%S%z}",
            "XroadVnpt-version": _VERSION,
        }
        told = json.dumps(names, separators=(",", ":"), sort_keys=True).encode()
        digest = hmac.new(self.secret().encode(), told, "sha256").hexdigest()
        return {**names, "XroadVnpt-hash-header": digest}


def _judged(answer: Answer, *, is_message: bool = False) -> Answer:
    """Return an answer that says OK.

    Args:
        answer: of the gateway.
        is_message: a message was sent, which may be refused; a mere question is not.

    Raises:
        TransientError: PORT-ANSWER: it says something else, or nothing that can be understood.
        DocumentError: DELIVER-REFUSED: the message is not valid for the gateway.
        OperatorError: DELIVER-LOGIN.
    """
    said = answer.json() if answer.status == 200 else None
    if not isinstance(said, dict):
        raise answer.garbled("no answer of the gateway")
    if str(_insensitive(said, "status")).upper() == "OK":
        return answer
    code = str(_insensitive(said, "errorcode"))
    if is_message and code in _REFUSED_CODES:
        raise answer.refused()
    if code in _LOGIN_CODES:
        raise OperatorError("DELIVER-LOGIN", detail=f"{answer.where}: ErrorCode {code}")
    raise answer.garbled(f"ErrorCode {code[:20]}")


def doc_id_of(answer: Answer) -> str:
    """Return the gateway's name for what was sent; raises PORT-ANSWER when it gives none."""
    doc_id = _insensitive(answer.json(), "docid")
    if not isinstance(doc_id, str | int) or not str(doc_id):
        raise answer.garbled("no DocId")
    return str(doc_id)


def _insensitive(said: Any, name: str) -> Any:
    """Return a value by its name, whatever its letters' case: gateways differ."""
    if not isinstance(said, dict):
        return None
    return next((value for key, value in said.items() if str(key).lower() == name), None)
