"""Connections to Elasticsearch, and its faults in our words. The library is loaded at first use."""

from __future__ import annotations

import base64
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
        # The library cannot encode a password that is not Latin-1 (RFC 7617, 2.1).
        told = base64.b64encode(f"{options.user}:{secret}".encode()).decode("ascii")
        wishes["headers"] = {"authorization": f"Basic {told}"}
    elif secret:
        wishes["api_key"] = secret
    try:
        if options.ca_file is not None:
            options.ca_file.read_bytes()  # the library looks at it only when it connects
            wishes["ca_certs"] = str(options.ca_file)
        return elasticsearch.Elasticsearch(
            options.url,
            request_timeout=options.timeout_s,
            max_retries=0,
            retry_on_timeout=False,
            **wishes,
        )
    except (OSError, ValueError) as error:
        detail = f"elasticsearch: {type(error).__name__} {options.ca_file or options.url}"
        raise OperatorError("SYS-INDEX-REFUSED", detail=detail) from error


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's faults into ours.

    Raises:
        TransientError: PORT-DOWN when the server is not there, overloaded or broken.
        OperatorError: SYS-INDEX-REFUSED when it refuses.
    """
    import elastic_transport
    import elasticsearch

    try:
        yield
    except elasticsearch.ApiError as error:
        raise fault(error.status_code, f"{error.status_code} {error.error}") from error
    except elastic_transport.TlsError as error:
        raise OperatorError("SYS-INDEX-REFUSED", detail="elasticsearch: TLS") from error
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
