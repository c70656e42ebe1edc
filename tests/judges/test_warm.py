"""veraPDF as an optional, warm component of the sign stage."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of, work_on
from bench.trust.papers import letter
from pipeline.model.errors import ContractError, OperatorError
from stages.sign.verapdf import WarmVeraPdf
from tests.judges.verapdf import jar

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_share_of_the_sealed_files_is_judged(tmp_path: Path, pki: Pki) -> None:
    """What passes is delivered; what is no PDF/A halts with the rules; share 0 asks nobody."""
    found = jar()
    stage = stage_of(pki, "RSA 2048", "B-B", verapdf_jar=found, verapdf_share=1.0)
    stage = replace(stage, services=stage.options.services())
    assert stage.services is not None
    good = letter(tmp_path / "a")
    sealed(stage, good, tmp_path / "good.pdf")
    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(good) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(spoiled)
    with pytest.raises(ContractError, match=r"BUG-PDFA.*veraPDF 2u: FAIL"):
        stage.run(work_on(spoiled, tmp_path / "w"))
    stage.services.verapdf.close()
    unasked = stage_of(pki, "RSA 2048", "B-B", verapdf_jar=tmp_path / "absent.jar")
    sealed(unasked, spoiled, tmp_path / "unjudged.pdf")


def test_it_is_quick_once_warm_and_started_anew_when_it_ended(tmp_path: Path) -> None:
    """Several files a second in one JVM (the goal is five); a killed JVM is replaced."""
    judge = WarmVeraPdf(jar())
    path = letter(tmp_path / "a")
    for _ in range(3):
        judge.check(path)
    started = time.monotonic()
    for _ in range(10):
        judge.check(path)
    rate = 10 / (time.monotonic() - started)
    print(f"{rate:.1f} files/s warm")
    assert rate > 1.5
    assert judge._child is not None
    judge._child.kill()
    judge._child.wait()
    judge.check(path)
    judge.close()


def test_a_folder_with_tones_is_read_whatever_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Services are started without a language; a judge that finds no file would halt documents."""
    monkeypatch.setenv("LC_ALL", "C")
    judge = WarmVeraPdf(jar())
    judge.check(letter(tmp_path / "văn thư"))
    judge.close()


def test_absent_jar_is_the_keepers(tmp_path: Path) -> None:
    """A wrong path is told, and nothing hangs."""
    jar()
    with pytest.raises(OperatorError, match="SYS-TOOL-MISSING"):
        WarmVeraPdf(tmp_path / "absent.jar").check(letter(tmp_path / "a"))
