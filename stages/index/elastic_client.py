"""Connections to Elasticsearch, and its faults in our words. The library is loaded at first use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.index.options import Options

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_LATER = frozenset({408, 409, 429})
"""Answers that time may heal; 429 is a full queue or a disk above its watermark."""
_SERVER_FAULT = 500


def connect(options: Options, *, secret: str) -> Elasticsearch:
    """Return a client; nothing is asked yet.

    Raises:
        OperatorError: SYS-INDEX-REFUSED when the certificates cannot be read.
    """
    import elasticsearch

    wishes: dict[str, Any] = {}
    if options.user:
        wishes["basic_auth"] = (options.user, secret)
    elif secret:
        wishes["api_key"] = secret
    if options.ca_file is not None:
        wishes["ca_certs"] = str(options.ca_file)
    try:
        return elasticsearch.Elasticsearch(
            options.url,
            request_timeout=options.timeout_s,
            max_retries=0,
            retry_on_timeout=False,
            **wishes,
        )
    except (OSError, ValueError) as error:
        raise OperatorError("SYS-INDEX-REFUSED", detail=f"elasticsearch: {error}") from error


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's faults into ours.

    Raises:
        TransientError: PORT-DOWN when the server is not there, overloaded or broken.
        OperatorError: SYS-INDEX-REFUSED when it refuses.
    """
    import elasticsearch

    try:
        yield
    except elasticsearch.ApiError as error:
        raise fault(error.status_code, f"{error.status_code} {error.error}") from error
    except elasticsearch.TransportError as error:
        detail = f"elasticsearch: {type(error).__name__}"
        raise TransientError("PORT-DOWN", detail=detail) from error


def fault(status: int, detail: str) -> SohoaError:
    """Return what a refused request means.

    Args:
        status: HTTP status of the answer.
        detail: status and type of the server's error; never its reason, which may quote a text.
    """
    if status >= _SERVER_FAULT or status in _LATER:
        return TransientError("PORT-DOWN", detail=f"elasticsearch: {detail}")
    return OperatorError("SYS-INDEX-REFUSED", detail=f"elasticsearch: {detail}")
