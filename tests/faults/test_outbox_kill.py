"""`sohoa outbox push` killed with SIGKILL while it waits for a registry: one document there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.servers import registry as registry_server
from tests.servers.misbehaving import Plan
from tests.stages.outbox.test_commands import Office

_START_S = 60.0


@pytest.mark.parametrize("fault", ["silent-after", "silent-before"])
def test_killed_while_it_waits_for_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    """The registry had it, or had it not: the next push asks and leaves exactly one."""
    data = tmp_path / "data"
    data.mkdir()
    plan = Plan(faults=[("POST /v1/documents", fault)])
    with registry_server.running(plan) as (address, registry):
        secret = tmp_path / "token"
        secret.write_text(registry_server.TOKEN, encoding="utf-8")
        (data / "sohoa.toml").write_text(
            f'[outbox.so]\nurl = "{address}"\nkey = "file:{secret}"\ntimeout_s = 50.0\n',
            encoding="utf-8",
        )
        key = Office(data, registry, plan, lambda *words: (0, "", "")).finish(1)
        command = [sys.executable, "-m", "pipeline.cli", "outbox", "push", "--data", str(data)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + _START_S
        while not plan.played or (fault == "silent-after" and registry.find(key) is None):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert (registry.find(key) is not None) == (fault == "silent-after")
        assert main(["outbox", "push", "--data", str(data)]) == 0
        assert "sent: 1" in capsys.readouterr().out
        assert [one["key"] for one in registry.listed(0, 10)] == [key]
        assert main(["outbox", "calls", "so", key[:12], "--data", str(data)]) == 0
        told = capsys.readouterr().out
        found = "found" if fault == "silent-after" else "not-found"
        assert [line.split()[3] for line in told.splitlines()][:2] == ["intent", found]
