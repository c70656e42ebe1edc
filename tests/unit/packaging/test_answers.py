"""What the archive says of delivered packages: kept for good, counted, told again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bench.packages import finish_paper
from pipeline.assembly.house import House
from pipeline.cli import main
from pipeline.ledger.backlog_tables import DELIVERY_ANSWERS
from pipeline.ledger.deliveries import Deliveries

BATCH = "bench"


def test_answers_of_the_archive_are_kept_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All packages received, one sent back, then accepted: each answer stays, the last counts."""
    data = tmp_path / "data"
    with House.open(data, environment={}) as house:
        house.batches.create(BATCH, {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in (0, 50):  # two dossiers
            finish_paper(house, number)

    def sohoa(*words: str) -> int:
        return main(["batch", *words, "--data", str(data)])

    def noted(*words: str) -> int:
        return sohoa("answer", BATCH, *words, "--person", "Lê Thị Bình")

    assert noted("all", "received") == 2, "nothing was delivered"
    assert "INPUT-PACKAGE" in capsys.readouterr().err
    assert sohoa("deliver", BATCH, str(tmp_path / "nop")) == 0
    first, second = sorted(path.name for path in (tmp_path / "nop").glob("*.zip"))
    assert noted("all", "received", "--detail", "BN 12/2026") == 0
    assert noted(first, "rejected", "--detail", "thiếu mục lục") == 0
    assert noted("other.zip", "accepted") == 2
    assert noted(first, "accepted", "--delivery", "9") == 2
    with House.open(data, environment={}) as house:
        deliveries = Deliveries(house.ledger.engine)
        (delivery,) = deliveries.of(BATCH)
        assert deliveries.answered(delivery.id) == {"received": 1, "rejected": 1}
        for deed in (DELIVERY_ANSWERS.update().values(person="X"), DELIVERY_ANSWERS.delete()):
            with (
                pytest.raises(sa.exc.IntegrityError, match="only added to"),
                house.ledger.engine.begin() as connection,
            ):
                connection.execute(deed)
    assert noted(first, "accepted", "--delivery", "1") == 0
    told = tmp_path / "bien-nhan.xlsx"
    assert sohoa("receipts", BATCH, str(told)) == 0
    _, *rows = load_workbook(told).active.values
    assert [(row[1], row[6].partition(" / ")[2], row[7]) for row in rows] == [
        (first, "received", "BN 12/2026"),
        (first, "rejected", "thiếu mục lục"),
        (first, "accepted", None),
        (second, "received", "BN 12/2026"),
    ]


def test_a_delivery_without_an_answer_says_so(tmp_path: Path) -> None:
    """In the list of receipts and in the counts."""
    data = tmp_path / "data"
    with House.open(data, environment={}) as house:
        house.batches.create(BATCH, {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        finish_paper(house, 0)
    words = ["--data", str(data)]
    assert main(["batch", "deliver", BATCH, str(tmp_path / "nop"), *words]) == 0
    assert main(["batch", "receipts", BATCH, str(tmp_path / "a.csv"), *words]) == 0
    assert "chưa có trả lời" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    with House.open(data, environment={}) as house:
        assert Deliveries(house.ledger.engine).answered(1) == {"": 1}
