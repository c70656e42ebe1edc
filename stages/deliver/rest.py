"""A registry that speaks sohoa's own contract: docs/registry-openapi.json.

A document is created under an idempotency key (IETF draft-ietf-httpapi-idempotency-key-header); the
same key again gives the same answer, other bytes under it a 409. A receipt counts only when it
names our key and the digest of our bytes. `404` counts as *not there* only with the contract's own
error code: a wrong address or a proxy's page says nothing about the document.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.model.errors import DocumentError
from pipeline.model.onward import Accepted, Held, Parcel
from stages.deliver.http import Answer, Caller

CONTRACT = "1"
_PAGE = "500"
_UNKNOWN = "unknown-key"
_REUSED = "key-reused"
_PAGES_MAX = 100_000
_ID_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTarget:
    """Port `Target` over the REST contract."""

    caller: Caller
    max_bytes: int = 50 << 20
    """Files above are refused here and not sent."""

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "rest"

    def check(self, parcel: Parcel) -> None:
        """Refuse secret documents and files that are too large."""
        refuse_secret(parcel)
        refuse_large(parcel, self.max_bytes)

    def find(self, parcel: Parcel) -> Accepted | None:
        """Ask for the document by its key."""
        answer = self.caller.ask("GET", f"/v1/documents/by-key/{parcel.key}")
        if answer.status == 404:
            if error_code(answer) == _UNKNOWN:
                return None
            raise answer.garbled("404 without the contract's code")
        if answer.status != 200:
            raise answer.garbled("unexpected")
        return _accepted(answer, parcel)

    def send(self, parcel: Parcel) -> Accepted:
        """Create the document under its key."""
        with parcel.pdf.open("rb") as file:
            answer = self.caller.ask(
                "POST",
                "/v1/documents",
                headers={"Idempotency-Key": parcel.key},
                data={"record": json.dumps(record(parcel), ensure_ascii=False)},
                files={"file": (f"{parcel.name}.pdf", file, "application/pdf")},
            )
        if answer.status in {200, 201}:
            return _accepted(answer, parcel)
        if answer.status in {400, 409, 413, 415, 422}:
            if error_code(answer):
                raise answer.refused()
            raise answer.garbled("a refusal without the contract's code")
        raise answer.garbled("unexpected")

    def held(self) -> Iterator[Held]:
        """Yield every document, page by page."""
        after = ""
        for _ in range(_PAGES_MAX):
            params = {"limit": _PAGE} | ({"after": after} if after else {})
            answer = self.caller.ask("GET", "/v1/documents", params=params)
            said = answer.json() if answer.status == 200 else None
            if not isinstance(said, dict) or not isinstance(said.get("items"), list):
                raise answer.garbled("no list of documents")
            for item in said["items"]:
                if not isinstance(item, dict) or not _is_id(item.get("id")):
                    raise answer.garbled("a document without a name")
                yield Held(key=str(item.get("key") or ""), external_id=item["id"])
            following = said.get("next")
            if not following:
                return
            if not isinstance(following, str) or following == after:
                raise answer.garbled("a list without end")
            after = following

    def ping(self) -> str:
        """Ask how the registry is."""
        answer = self.caller.ask("GET", "/v1/health")
        said = answer.json() if answer.status == 200 else None
        if not isinstance(said, dict) or said.get("contract") != CONTRACT:
            raise answer.garbled(f"does not speak contract {CONTRACT}")
        return f"rest: {self.caller.url}, contract {CONTRACT}"


def record(parcel: Parcel) -> dict[str, Any]:
    """Return what is told of a document beside its file; also the JSON side file of `folder`."""
    return {
        "contract": CONTRACT,
        "key": parcel.key,
        "sha256": parcel.pdf_digest,
        "size_bytes": parcel.pdf_bytes,
        "book": parcel.book,
        "year": parcel.year,
        "arrival_number": parcel.arrival_number,
        "arrival_at": parcel.arrival_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "folder": parcel.folder,
        "signature": parcel.signature,
        "annex_vi": dict(parcel.annex),
        "fields": dict(parcel.fields),
    }


def refuse_secret(parcel: Parcel) -> None:
    """Refuse a document with a secrecy mark; the guard has quarantined it long before.

    Raises:
        DocumentError: DELIVER-SECRET (QĐ 28/2018, Đ1.2).
    """
    if parcel.fields.get("secrecy", "").strip():
        raise DocumentError("DELIVER-SECRET")


def refuse_large(parcel: Parcel, max_bytes: int) -> None:
    """Refuse a file above a limit.

    Raises:
        DocumentError: DELIVER-TOO-LARGE.
    """
    if parcel.pdf_bytes > max_bytes:
        raise DocumentError("DELIVER-TOO-LARGE", detail=f"{parcel.pdf_bytes} > {max_bytes} bytes")


def error_code(answer: Answer) -> str:
    """Return the contract's error code of an answer, empty when it bears none."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        return ""
    code = said.get("error") if isinstance(said, dict) else None
    return code if isinstance(code, str) else ""


def _accepted(answer: Answer, parcel: Parcel) -> Accepted:
    said = answer.json()
    if not isinstance(said, dict) or said.get("key") != parcel.key or not _is_id(said.get("id")):
        raise answer.garbled("not a receipt for this document")
    if said.get("sha256") != parcel.pdf_digest:
        # It has other bytes under our key: time will not heal that, a person must look.
        raise DocumentError("DELIVER-REFUSED", detail=f"{answer.where}: {_REUSED}")
    return Accepted(external_id=said["id"], answer_digest=answer.digest)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _ID_CHARS_MAX
