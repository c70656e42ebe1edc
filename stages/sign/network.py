"""One HTTP question to a service of a trust authority: time stamp, OCSP, CRL.

Only http and https; addresses of certificates decide where a question goes, so files and other
schemes are refused. Answers are bounded in size and in time. Nothing is tried again here.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

_CHUNK_BYTES = 1 << 16
_OK = 200


class NetworkError(Exception):
    """A service did not answer, or not as it must; the message names no secret."""


def ask(
    url: str,
    *,
    timeout_s: float,
    bytes_max: int,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return the body of the answer.

    Args:
        url: http or https address.
        timeout_s: limit for connecting, for each piece of the head, and for the whole body to come.
        bytes_max: largest answer taken.
        body: POST this; GET without.
        headers: of the request.

    Raises:
        NetworkError: no answer, an answer that is not 200, too large or too slow.
    """
    deadline = time.monotonic() + timeout_s
    try:
        request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310
        with _opener(is_post=body is not None).open(request, timeout=timeout_s) as answer:
            if answer.status != _OK:
                raise NetworkError(f"HTTP {answer.status} from {url}")
            return _read(answer, deadline, bytes_max, url)
    except urllib.error.HTTPError as error:
        error.close()
        raise NetworkError(f"HTTP {error.code} from {url}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise NetworkError(f"{type(error).__name__}: {reason} ({url})") from error


def _read(answer: http.client.HTTPResponse, deadline: float, bytes_max: int, url: str) -> bytes:
    parts, size = [], 0
    # `read` waits until it has that many bytes: an answer that drips would never be looked at.
    while part := answer.read1(_CHUNK_BYTES):
        size += len(part)
        if size > bytes_max:
            raise NetworkError(f"more than {bytes_max} bytes from {url}")
        if time.monotonic() > deadline:
            raise NetworkError(f"the answer of {url} did not end in time")
        parts.append(part)
    if getattr(answer, "length", None):  # bytes that were promised and did not come
        raise NetworkError(f"the answer of {url} was cut")
    return b"".join(parts)


def _opener(*, is_post: bool) -> urllib.request.OpenerDirector:
    """Return an opener without file, ftp and data; a POST is never turned into a GET."""
    opener = urllib.request.OpenerDirector()
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ]
    if not is_post:
        handlers.append(urllib.request.HTTPRedirectHandler())
    for handler in handlers:
        opener.add_handler(handler)
    return opener
