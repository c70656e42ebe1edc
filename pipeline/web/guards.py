"""What every request and answer must meet before and after the page's own code.

- Host: only known names are answered, so that a foreign name pointed at this machine (DNS
  rebinding) reaches nothing.
- Writing requests must come from this page itself (Fetch standard: `Origin`, `Sec-Fetch-Site`) or
  carry a header that no foreign page can send without asking first: `X-Sohoa`, `Authorization`.
- Answers forbid foreign scripts, frames, guesses of the type, and caching on shared machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names under which a page bound to the loopback is reached."""

BODY_BYTES_MAX = 256 * 1024
"""No form of the page is longer."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not `no-referrer`: browsers would then send `Origin: null` with the page's own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_STATIC = "/static/"
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d{1,5})?")


class Guard:
    """ASGI middleware around the whole page."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str] = LOCAL_HOSTS,
        longer: Mapping[str, int] | None = None,
    ) -> None:
        """Guard an application.

        Args:
            app: what answers.
            hosts: names it may be asked by, without port.
            longer: path → bytes of a body, where more than a form may come.
        """
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._longer = dict(longer or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                # assets are asked for again by their ETag, so an update shows at once
                is_asset = scope["path"].startswith(_STATIC)
                headers.setdefault("Cache-Control", "no-cache" if is_asset else "no-store")
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if _without_port(host).lower() not in self._hosts:
            return PlainTextResponse("unknown host", 400)
        if method in _SAFE_METHODS:
            return None
        if not _is_own(headers, host):
            return PlainTextResponse("not from this page", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("length required", 411)
        if int(length) > self._longer.get(path, BODY_BYTES_MAX):
            return PlainTextResponse("too large", 413)
        return None


def _without_port(host: str) -> str:
    parts = _HOST.fullmatch(host)
    return parts["name"] if parts else ""


def _is_own(headers: Headers, host: str) -> bool:
    """Return whether a writing request was sent by the page itself, or by a program on purpose."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return "x-sohoa" in headers or "authorization" in headers
