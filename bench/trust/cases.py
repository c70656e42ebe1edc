"""Sealed files of every level and algorithm, and seals that no judge may pass.

Files are made by the product's own stages; only what the product refuses to make (a seal that is
revoked, expired, of another usage) is made with its refusals switched off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.pki import Pki
from pipeline.model.records import Document, Inspection, MediaType, Route
from pipeline.model.stage import Work
from stages.sign import Options, Pkcs12Seal, SignStage
from stages.sign.levels import LEVELS
from stages.sign.renewing import renewed
from stages.sign.services import Services

KEYS = ("RSA 2048", "RSA-PSS 2048", "ECDSA P-256")
AGENCY = "ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM"
_ALWAYS = dt.timedelta(days=365 * 200)
_SEAL_OF = {"RSA 2048": "seal-rsa", "RSA-PSS 2048": "seal-rsa", "ECDSA P-256": "seal-ec"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sealed file and what is expected of a judge."""

    path: Path
    level: str
    key: str
    indication: str = "TOTAL_PASSED"
    sub_indication: str = ""


def work_on(pdfa: Path, scratch: Path, *, now: dt.datetime | None = None) -> Work:
    """Return what the runner hands to stage `sign`."""
    scratch.mkdir(parents=True, exist_ok=True)
    moment = now or dt.datetime.now(dt.UTC)
    return Work(
        document=Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1),
        source_name="paper.pdf",
        folder="den",
        received_at=moment,
        now=moment,
        inspection=Inspection(route=Route.SCAN, pages=()),
        pages=(),
        fields={},
        artifacts={"original": pdfa, "pdfa": pdfa},
        scratch=scratch,
    )


def stage_of(
    pki: Pki, key: str, level: str, *, services: Services | None = None, **options: Any
) -> SignStage:
    """Return a stage that seals with a key of the test PKI at a level."""
    chosen = Options(
        agency=AGENCY,
        level=level,  # type: ignore[arg-type]  # one of LEVELS
        tsa_url=pki.tsa_url(),
        trust=(str(pki.trust),),
        **options,
    )
    identity = pki.seal(_SEAL_OF.get(key, key))
    seal = Pkcs12Seal(identity.path, passphrase_file=identity.passphrase_file, is_pss="PSS" in key)
    return SignStage(provider=seal, options=chosen, services=services)


def sealed(stage: SignStage, pdfa: Path, target: Path, *, now: dt.datetime | None = None) -> Path:
    """Seal a PDF/A and keep the result as a file."""
    made = stage.run(work_on(pdfa, target.with_suffix(".work"), now=now)).artifacts["sealed"]
    assert isinstance(made, Path)
    target.write_bytes(made.read_bytes())
    return target


def good_cases(pki: Pki, pdfa: Path, folder: Path) -> Iterator[Case]:
    """Yield every level with every kind of key, and a chain completed from a store."""
    for key in KEYS:
        services = stage_of(pki, key, "B-B").options.services()
        for level in LEVELS:
            path = folder / f"{key}-{level}.pdf".replace(" ", "-")
            yield Case(
                path=sealed(stage_of(pki, key, level, services=services), pdfa, path),
                level=level,
                key=key,
            )
    alone = pki.seal("of-second", chain=())
    stage = replace(
        stage_of(pki, "RSA 2048", "B-LT", intermediates=(str(pki.intermediates),)),
        provider=Pkcs12Seal(alone.path, passphrase_file=alone.passphrase_file),
    )
    path = sealed(stage, pdfa, folder / "completed-B-LT.pdf")
    yield Case(path=path, level="B-LT", key="RSA, leaf alone, intermediate from the store")


def renewed_cases(pki: Pki, pdfa: Path, folder: Path) -> Iterator[Case]:
    """Yield files that `sohoa renew` raised, and one that it stamped again."""
    stage = stage_of(pki, "RSA 2048", "B-LTA")
    services, now = stage.options.services(), dt.datetime.now(dt.UTC)
    for before, after in (("B-B", "B-LT"), ("B-B", "B-LTA"), ("B-T", "B-LTA"), ("B-LT", "B-LTA")):
        path = folder / f"from-{before}-to-{after}.pdf"
        data = sealed(stage_of(pki, "RSA 2048", before), pdfa, path).read_bytes()
        raised = renewed(data, services, level=after, ahead=dt.timedelta(0), now=now)
        assert raised is not None
        path.write_bytes(raised)
        yield Case(path=path, level=after, key=f"RSA 2048, renewed from {before}")
    again = renewed(path.read_bytes(), services, level="B-LTA", ahead=_ALWAYS, now=now)
    assert again is not None
    path = folder / "stamped-again.pdf"
    path.write_bytes(again)
    yield Case(path=path, level="B-LTA", key="RSA 2048, stamped again")


def bad_cases(pki: Pki, pdfa: Path, folder: Path) -> Iterator[Case]:
    """Yield seals that no judge may pass."""
    expected = {
        "revoked": ("INDETERMINATE", "REVOKED_NO_POE"),
        # Its authority answers no longer for the time in which it was valid.
        "expired": ("INDETERMINATE", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        "of-stranger": ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"),
    }
    when = {"expired": dt.datetime(2018, 3, 1, 8, tzinfo=dt.UTC)}
    for label, (indication, sub_indication) in expected.items():
        stage = stage_of(pki, label, "B-B", status="off")
        path = sealed(stage, pdfa, folder / f"{label}.pdf", now=when.get(label))
        yield Case(
            path=path,
            level="B-B",
            key=label,
            indication=indication,
            sub_indication=sub_indication,
        )
    good = sealed(stage_of(pki, "RSA 2048", "B-LT"), pdfa, folder / "changed.pdf")
    data = bytearray(good.read_bytes())
    data[data.index(b"stream", 400) + 20] ^= 1
    good.write_bytes(data)
    yield Case(
        path=good,
        level="B-LT",
        key="one byte changed",
        indication="TOTAL_FAILED",
        sub_indication="HASH_FAILURE",
    )
