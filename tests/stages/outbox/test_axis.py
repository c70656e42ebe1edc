"""The axis from the configuration: messages out, statuses in, nothing unsigned, nothing late."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from pipeline.assembly import health
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from pipeline.cli import main
from pipeline.model.errors import DocumentError, TransientError
from pipeline.outbox.service import OutboxService
from stages.deliver.edxml.adapter import document_id
from stages.deliver.edxml.dialect import load_dialect
from stages.deliver.edxml.message import Agency, Response, StatusMessage
from stages.deliver.edxml.reader import read_message
from stages.deliver.edxml.writer import write_status
from tests.contract.targets import axis_target
from tests.servers import axis as axis_server
from tests.servers.misbehaving import Plan
from tests.stages.outbox.test_commands import Office
from tests.stages.sign.sealing_bench import identity

RULES = Path(__file__).resolve().parents[3] / "config" / "rules"


def configure(data: Path, address: str, *, has_identity: bool = True) -> None:
    """Write the target's section, and the agency's identity."""
    made = identity(data / "co-quan.p12") if has_identity else None
    secret = data / "secret"
    secret.write_text(f"{axis_server.SECRET}\n", encoding="utf-8")
    (data / "sohoa.toml").write_text(
        f"""
[outbox.truc]
adapter = "edxml"
url = "{address}"
key = "file:{secret}"
system_id = "{axis_server.SYSTEM}"
organ_id = "H26.27.15"
organ_name = "Ủy ban nhân dân xã An Bình"
to_organ_id = "H26"
to_organ_name = "Ủy ban nhân dân tỉnh"
timeout_s = 10.0
"""
        + (
            f'[identity]\npkcs12 = "{made}"\npassphrase_file = "{made.with_suffix(".pass")}"\n'
            if made
            else ""
        ),
        encoding="utf-8",
    )


def test_out_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A signed document goes once; its statuses come back, each once; an unsigned one stays."""
    data = tmp_path / "data"
    data.mkdir()
    with axis_server.running(Plan()) as (address, axis):
        configure(data, address)

        def run(*words: str) -> tuple[int, str]:
            code = main(["outbox", *words, "--data", str(data)])
            return code, capsys.readouterr().out

        office = Office(data, axis, Plan(), lambda *words: (0, "", ""))
        signed, unsigned = office.finish(1), office.finish(2, is_sealed=False)
        code, out = run("push", "truc")
        assert (code, "refused: 1" in out, "sent: 1" in out) == (1, True, True)
        assert "DELIVER-UNSIGNED" in run("status", "truc")[1]
        (message,) = axis.sent.values()
        edoc = read_message(message)
        assert edoc.oddities == ()
        pem = (data / "co-quan.pem").read_text()
        whole = XMLVerifier().verify(message, x509_cert=pem, expect_config=SignatureConfiguration())
        assert axis_server.files_of(etree.tostring(whole.signed_xml)) == ["%PDF-1.7 ký 1".encode()]
        assert (edoc.subject, edoc.code_number) == ("Về việc 1", "05")
        assert axis_server.files_of(message) == ["%PDF-1.7 ký 1".encode()]
        assert unsigned[:12].encode() not in message
        for at, code_ in enumerate(("01", "03")):
            status = StatusMessage(
                sender=Agency(organ_id="H26", organ_name="UBND tỉnh"),
                response_for=Response(
                    organ_id="H26.27.15", code="05/UBND-VX", document_id=document_id(signed)
                ),
                code=code_,
                at=dt.datetime.now(dt.UTC),
            )
            axis.received[f"s{at}"] = write_status(status, load_dialect(RULES, "qcvn-102-2016"))
        strange = dataclasses.replace(
            status, response_for=dataclasses.replace(status.response_for, document_id="của ai")
        )
        axis.received["s2"] = write_status(strange, load_dialect(RULES, "qcvn-102-2016"))
        assert run("statuses", "truc")[1].split() == ["truc", "2"]
        assert run("statuses", "truc")[1].split() == ["truc", "0"]
        assert [axis.fetched.count(f"s{at}") for at in (0, 1, 2)] == [1, 1, 2]
        told = run("calls", "truc", signed[:8])[1]
        assert "03 Đã tiếp nhận [s1]" in told
        assert run("reconcile", "truc")[0] == 0
        assert run("recall", "truc", signed[:8], "--reason", "sai nơi nhận")[0] == 0
        (asked,) = map(read_message, axis.statuses.values())
        assert isinstance(asked, StatusMessage)
        assert (asked.code, asked.description) == ("13", "sai nơi nhận")
        assert asked.response_for.document_id == document_id(signed)
        assert "recall" in run("calls", "truc", signed[:8])[1]
        assert run("recall", "truc", "ffff", "--reason", "x")[0] == 1


def test_without_an_identity_of_the_agency_nothing_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A message under a development key would look signed and bind nobody; it may be left bare."""
    data = tmp_path / "data"
    data.mkdir()
    with axis_server.running(Plan()) as (address, axis):
        configure(data, address, has_identity=False)
        Office(data, axis, Plan(), lambda *words: (0, "", "")).finish(1)
        assert main(["outbox", "push", "--data", str(data)]) == 1
        assert main(["outbox", "status", "--data", str(data)]) == 1
        assert "DELIVER-UNSIGNED" in capsys.readouterr().out
        assert axis.sent == {}
        settings = (data / "sohoa.toml").read_text(encoding="utf-8")
        (data / "sohoa.toml").write_text(f"{settings}sign_messages = false\n", encoding="utf-8")
        assert main(["outbox", "replay", "truc", "--refused", "--data", str(data)]) == 0
        assert main(["outbox", "push", "--data", str(data)]) == 0
        (message,) = axis.sent.values()
        assert b"SignatureValue" not in message


def test_statuses_are_taken_by_the_service(tmp_path: Path) -> None:
    """While `watch` runs, what the axis says of a document comes in by itself, fetched once."""
    data = tmp_path / "data"
    data.mkdir()
    with axis_server.running(Plan()) as (address, axis):
        configure(data, address)
        signed = Office(data, axis, Plan(), lambda *words: (0, "", "")).finish(1)
        status = StatusMessage(
            sender=Agency(organ_id="H26", organ_name="UBND tỉnh"),
            response_for=Response(
                organ_id="H26.27.15", code="05/UBND-VX", document_id=document_id(signed)
            ),
            code="03",
            at=dt.datetime.now(dt.UTC),
        )
        axis.received["s0"], axis.lost["s0"] = b"", "10"  # listed, and never given
        axis.received["s1"] = write_status(status, load_dialect(RULES, "qcvn-102-2016"))
        with House.open(data, environment={}) as house:
            route = house.routes["truc"]

            def told() -> list[str]:
                calls = house.outbox.calls("truc", signed)
                return [call.detail for call in calls if call.action == "status"]

            stop = threading.Event()
            service = OutboxService([route], poll_s=0.01, news_s=0.05)
            worker = threading.Thread(target=service.run, args=(stop,))
            worker.start()
            deadline = time.monotonic() + 20
            while not told() and time.monotonic() < deadline:
                stop.wait(0.02)
            stop.wait(0.3)
            stop.set()
            worker.join()
            assert told() == ["03 Đã tiếp nhận [s1]"]
            assert axis.fetched.count("s1") == 1


def test_a_status_is_sent(tmp_path: Path) -> None:
    """What the register says of a document goes back to its sender; nonsense does not leave."""
    plan = Plan()
    with axis_server.running(plan) as (address, axis):
        target = axis_target(address)
        status = StatusMessage(
            sender=target.sender,
            response_for=Response(organ_id="H26", code="05/UBND-VX", document_id="một mã"),
            code="06",
            at=dt.datetime.now(dt.UTC),
        )
        name = target.send_status(status)
        read = read_message(axis.statuses[name])
        assert isinstance(read, StatusMessage)
        assert (read.code, read.description) == ("06", "Hoàn thành")
        with pytest.raises(DocumentError, match="DELIVER-VALUE"):
            target.send_status(dataclasses.replace(status, code="99"))
        plan.faults.append(("POST /sendEdoc", "garbage-before"))
        with pytest.raises(TransientError, match="PORT-ANSWER"):
            target.send_status(status)
        assert len(axis.statuses) == 1


def test_what_is_not_sent_in_time_is_an_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After noon of the next working day health says DELIVER-LATE; before, it does not."""
    data = tmp_path / "data"
    data.mkdir()
    configure(data, "http://127.0.0.1:9")
    Office(data, None, Plan(), lambda *words: (0, "", "")).finish(1)
    with House.open(data, environment={}) as house, Standing(house) as standing:
        house.routes["truc"].fill()
        check = standing.health_check()

        def outbox_line() -> str:
            return next(line.code for line in check.lines() if line.name == "outbox")

        assert outbox_line() == ""
        late = dt.datetime.now(dt.UTC) + dt.timedelta(days=20)
        monkeypatch.setattr(
            health,
            "is_late",
            lambda at, days, *, now, real=health.is_late: real(at, days, now=late),
        )
        assert outbox_line() == "DELIVER-LATE"


def test_a_year_without_its_holidays_is_told(tmp_path: Path) -> None:
    """The keeper is warned: deadlines would be told on wrong days."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "sohoa.toml").write_text('[working_days]\noff = ["1999-02-16"]\n', encoding="utf-8")
    with House.open(data, environment={}) as house, Standing(house) as standing:
        codes = [line.code for line in standing.health_check().lines() if line.name == "calendar"]
    assert codes == ["SYS-HOLIDAYS"]
