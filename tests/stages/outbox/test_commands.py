"""`sohoa outbox …` over a data folder with finished documents and a real registry."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.ledger.ledger import Ledger
from pipeline.model.records import (
    Artifact,
    Document,
    Field,
    FieldSource,
    MediaType,
    Remark,
)
from pipeline.store import Store
from stages.register import EmbeddedRegister, Place
from tests.servers import registry as registry_server
from tests.servers.misbehaving import Plan
from tests.unit.register.test_embedded import ENTRY

Run = Callable[..., tuple[int, str, str]]


@dataclass
class Office:
    """A data folder, a registry, and the command line."""

    data: Path
    registry: Any
    plan: Plan
    run: Run

    def finish(self, number: int, *, is_sealed: bool = True) -> str:
        """Take a made-up document through the whole job; return its id."""
        received = f"%PDF-1.4 nhận {number}".encode()
        sealed = f"%PDF-1.7 ký {number}".encode()
        key = hashlib.sha256(received).hexdigest()
        ledger = Ledger.open(self.data / "ledger.sqlite")
        store = Store(self.data / "store")
        register = EmbeddedRegister(self.data / "register.sqlite")
        stored = store.put_bytes(sealed)
        entry = dataclasses.replace(ENTRY, document_id=key, subject=f"Về việc {number}")
        registered = register.enter(entry, key=f"den:{key}")
        document = Document(id=key, media_type=MediaType.PDF, size_bytes=len(received))
        ledger.receive(
            document, folder="den", source_name=f"{number}.pdf", arrival_id=key,
            at=ENTRY.arrival_at, priority=0,
        )  # fmt: skip
        ledger.take(key)
        ledger.stage_done(
            key, stage="sign", key="k", outcome="done", seconds=0.1,
            artifacts=[Artifact(kind="sealed", digest=stored.digest, size_bytes=len(sealed),
                                made_by="sign")],
            fields=[Field(name="subject", value="đọc nhầm", confidence=1.0,
                          source=FieldSource.PRINTED)],
            registered=registered,
            remarks=[] if is_sealed else [Remark(code="SIGN-DEVELOPMENT")],
        )  # fmt: skip
        ledger.deliver(key, str(self.data / f"{number}.pdf"))
        register.close()
        store.close()
        ledger.close()
        return key


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Give an office whose documents go to a registry and into a folder."""
    data = tmp_path / "data"
    data.mkdir()
    drop = tmp_path / "tha"
    drop.mkdir()
    secret = tmp_path / "token"
    secret.write_text(f"{registry_server.TOKEN}\n", encoding="utf-8")
    plan = Plan()
    with registry_server.running(plan) as (address, registry):
        (data / "sohoa.toml").write_text(
            f"""
[outbox.so-tinh]
adapter = "rest"
url = "{address}"
key = "file:{secret}"
timeout_s = 1.0
tries_max = 1
retry_base_s = 0.01
retry_cap_s = 0.01

[outbox.thu-muc]
adapter = "folder"
path = "{drop}"
""",
            encoding="utf-8",
        )

        def run(*words: str) -> tuple[int, str, str]:
            code = main(["outbox", *words, "--data", str(data)])
            said = capsys.readouterr()
            return code, said.out, said.err

        yield Office(data, registry, plan, run)


def test_push_status_reconcile(office: Office, tmp_path: Path) -> None:
    """What is finished goes to both targets once, with the register's corrected values."""
    one, two = office.finish(1), office.finish(2)
    register = EmbeddedRegister(office.data / "register.sqlite")
    place = Place(book="den", year=2026, arrival_number=1)
    register.correct(place, {"subject": "Về việc đúng"}, person="An", reason="", seen=0)
    register.close()
    code, out, _ = office.run("push")
    assert (code, out.count("sent: 2")) == (0, 2)
    sealed = "%PDF-1.7 ký 1".encode()
    assert office.registry.file(one) == sealed
    told = json.loads(next((tmp_path / "tha").glob(f"*{one[:12]}.json")).read_text())
    assert told["fields"]["subject"] == told["annex_vi"]["Subject"] == "Về việc đúng"
    assert (told["signature"], told["sha256"]) == ("agency", hashlib.sha256(sealed).hexdigest())
    assert office.run("push")[1].count("tried: 0") == 2
    code, out, _ = office.run("status", "so-tinh", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {row["document_id"] for row in rows} == {one, two}
    assert {row["external_id"] for row in rows} == {"R-1", "R-2"}
    assert office.run("reconcile")[0] == 0


def test_a_registry_that_lost_a_document_gets_it_again(office: Office) -> None:
    """Reconcile tells, replay --missing and push mend; nothing else is touched."""
    one = office.finish(1)
    office.finish(2)
    office.run("push")
    office.registry.forget(one)
    code, out, _ = office.run("reconcile", "so-tinh")
    assert (code, one[:12] in out) == (1, True)
    assert office.run("replay", "so-tinh", "--missing")[1].split() == ["so-tinh", "1"]
    assert office.run("push", "so-tinh")[0] == 0
    assert office.registry.file(one) is not None
    assert office.run("reconcile", "so-tinh")[0] == 0


def test_poison_is_an_alarm_and_can_be_replayed(office: Office) -> None:
    """Status and doctor say so; replay by id takes it up."""
    one = office.finish(1)
    office.plan.faults.append(("POST /v1/documents", "500-before"))
    assert office.run("push", "so-tinh")[0] == 1
    code, out, _ = office.run("status", "so-tinh")
    assert code == 1
    assert "poison" in out
    assert "PORT-DOWN" in out
    assert office.run("replay", "so-tinh", one[:10])[0] == 0
    assert office.run("push", "so-tinh")[0] == 0
    assert office.run("status", "so-tinh")[0] == 0


def test_what_is_asked_wrongly(office: Office) -> None:
    """A target nobody configured; a replay of nothing in particular."""
    code, _, err = office.run("push", "khong-co")
    assert (code, "INPUT-OUTBOX-TARGET" in err, "so-tinh" in err) == (2, True, True)
    code, _, err = office.run("replay", "so-tinh")
    assert (code, "INPUT-OUTBOX-REPLAY" in err) == (2, True)
    assert office.run("replay", "so-tinh", "ffff")[0] == 1


def test_replay_touches_no_more_than_is_named(office: Office) -> None:
    """An id that is not there, beside a state or all, replays nothing; so does one not missing."""
    one, two = office.finish(1), office.finish(2)
    office.run("push")
    for also in ("--all", "--refused", "--missing"):
        code, out, _ = office.run("replay", "so-tinh", "ffff", also)
        assert (code, out.split()) == (1, ["so-tinh", "0"])
    office.registry.forget(one)
    assert office.run("replay", "so-tinh", two, "--missing")[1].split() == ["so-tinh", "0"]
    assert office.run("replay", "so-tinh", one, "--missing")[1].split() == ["so-tinh", "1"]


@pytest.mark.parametrize(
    "wrong",
    ['adapter = "folder"', 'adapter = "rest"', 'url = "ftp://x"', 'adapter = "thư điện tử"',
     'url = "https://x"\nsince = "hôm qua"', 'url = "https://x"\nkey = "file:/nowhere"'],
)  # fmt: skip
def test_a_wrong_target_is_refused_at_the_start(office: Office, wrong: str) -> None:
    """All faults at once, before anything is sent."""
    (office.data / "sohoa.toml").write_text(f"[outbox.x]\n{wrong}\n", encoding="utf-8")
    code, _, err = office.run("status")
    assert (code, "SYS-CONFIG" in err) == (2, True)
