"""Asking another system over HTTP, however it behaves.

One connection a question: an answer that comes twice, or too late, cannot be taken for the answer
to the next question. An answer's body has a deadline, counted from the question, so that a server
that sends a byte a second does not hold the thread, and a greatest size; redirects are not
followed, because they would carry the key elsewhere. What the answer means is the adapter's
business.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from pipeline.model.errors import DocumentError, OperatorError, TransientError

ANSWER_BYTES_MAX = 16 << 20
_DETAIL_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    where: str
    """Method and path, for people."""

    @property
    def digest(self) -> str:
        """sha-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            TransientError: PORT-ANSWER when it is none.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise self.garbled("no JSON") from error

    def garbled(self, why: str) -> TransientError:
        """Return the error of an answer that cannot be understood."""
        return TransientError("PORT-ANSWER", detail=f"{self.where}: {self.status}, {why}")

    def refused(self) -> DocumentError:
        """Return the error of an answer that says the document cannot be taken."""
        said = " ".join(self.body[: 4 * _DETAIL_CHARS].decode("utf-8", "replace").split())
        detail = f"{self.where}: {self.status} {said[:_DETAIL_CHARS]}"
        return DocumentError("DELIVER-REFUSED", detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Asks one system."""

    url: str
    """Its address, without a slash at the end."""
    headers: Mapping[str, str]
    timeout_s: float
    """From the question to the end of the answer's body, and for each piece sent or waited for."""
    ca_file: str = ""
    """Certificates (PEM) that the server's must come from; the system's when empty."""

    def __repr__(self) -> str:
        """Return the address alone: headers hold keys."""
        return f"Caller({self.url})"

    def _trusted(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file or None)
        except OSError as error:
            detail = f"ca_file: {self.ca_file}: {error.strerror or error}"
            raise OperatorError("SYS-CONFIG", detail=detail) from error

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        body: Any = None,
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> Answer:
        """Ask and return the answer, whatever its status but those named below.

        A longer answer than `bytes_max` is PORT-DOWN: cut off.

        Raises:
            TransientError: PORT-DOWN: no connection, no answer in time, cut off, 408, 425, 429,
                5xx.
            OperatorError: DELIVER-LOGIN for 401 and 403, and for a key that no header can hold;
                SYS-CONFIG when the file of certificates cannot be read.
        """
        where = f"{method} {path}"
        trusted = self._trusted()
        deadline = time.monotonic() + self.timeout_s
        try:
            with (
                httpx.Client(
                    base_url=self.url,
                    timeout=self.timeout_s,
                    trust_env=False,
                    follow_redirects=False,
                    verify=trusted,
                    headers={**self.headers, "Connection": "close", "User-Agent": "sohoa"},
                ) as client,
                client.stream(
                    method,
                    path,
                    params=params,
                    headers=headers,
                    data=data,
                    files=files,
                    json=body,
                ) as response,
            ):
                answer = Answer(
                    status=response.status_code,
                    body=_read(response, deadline, bytes_max),
                    where=where,
                )
        except UnicodeEncodeError as error:
            raise OperatorError("DELIVER-LOGIN", detail="a key with other than ASCII") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            detail = f"{where}: {type(error).__name__} {error}"
            raise TransientError("PORT-DOWN", detail=detail[:_DETAIL_CHARS]) from error
        return _judged(answer)


def _read(response: httpx.Response, deadline: float, bytes_max: int) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > bytes_max:
            raise httpx.ReadError("answer too long")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("answer too slow")
    return b"".join(parts)


def _judged(answer: Answer) -> Answer:
    if answer.status in {401, 403}:
        raise OperatorError("DELIVER-LOGIN", detail=f"{answer.where}: {answer.status}")
    if answer.status in {408, 425, 429} or answer.status >= 500:
        raise TransientError("PORT-DOWN", detail=f"{answer.where}: {answer.status}")
    if answer.status < 200 or 300 <= answer.status < 400:
        raise answer.garbled("redirect or unknown status")
    return answer
