"""The standing process: how its page listens, and what it spares the answers."""

from __future__ import annotations

import gc
import socket
from pathlib import Path

import httpx

from pipeline.assembly import standing
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing


def test_connections_send_at_once_what_they_have() -> None:
    """An accepted connection keeps nothing back for the receipt of what it sent before."""
    with (
        standing._listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_is_loaded_is_not_looked_through_again(tmp_path: Path) -> None:
    """While the page is up the collector leaves what was loaded alone; afterwards it does not."""
    config = tmp_path / "sohoa.toml"
    config.write_text("[web]\nport = 0\n", encoding="utf-8")
    before = gc.get_freeze_count()
    with House.open(tmp_path, config=config, environment={}) as house, Standing(house) as one:
        address = one.serve()
        assert httpx.get(f"http://{address}/healthz").text == "ok"
        assert gc.get_freeze_count() > before + 10_000
    assert gc.get_freeze_count() <= before
