"""The register as people read it."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io

from stages.register.journal import COLUMNS, JournalRow, csv_bytes
from stages.register.lengths import ANNEX_VI, LENGTHS, cut
from tests.unit.register.test_embedded import ENTRY

ROW = JournalRow(
    year=2026,
    arrival_number=7,
    key="k",
    entry=dataclasses.replace(ENTRY, arrival_at=dt.datetime(2026, 5, 3, 18, tzinfo=dt.UTC)),
    entered_at=dt.datetime(2026, 5, 3, 18, tzinfo=dt.UTC),
)


def test_ten_columns_in_the_order_of_the_decree() -> None:
    """Days are Vietnamese days; type and subject share a column."""
    assert len(COLUMNS) == 10
    assert ROW.columns() == (
        "04/05/2026",
        "7",
        "Ủy ban nhân dân tỉnh Hà Nam",
        "05/UBND-VX",
        "01/05/2026",
        "Công văn. Về việc số hóa",
        "",
        "",
        "",
        "",
    )


def test_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    """BOM for the tones, and no cell that a spreadsheet would run."""
    evil = dataclasses.replace(ROW, entry=dataclasses.replace(ENTRY, organ_name='=HYPERLINK("x")'))
    data = csv_bytes([ROW, evil])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert rows[1] == list(ROW.columns())
    assert rows[2][2] == '\'=HYPERLINK("x")'


def test_export_cuts_to_the_lengths_and_says_so() -> None:
    """Values for other systems fit; the description names what was cut."""
    long = dataclasses.replace(ENTRY, subject="x" * 600, description="y" * 600)
    values = dataclasses.replace(ROW, entry=long).annex_vi()
    assert list(values) == [field.code for field in ANNEX_VI]
    assert all(len(value) <= LENGTHS.get(name, 10) for name, value in values.items())
    assert values["Subject"] == "x" * 500
    assert values["Description"].endswith("Đã rút gọn: Subject, Description")
    assert cut({"Subject": "x" * 501})["Description"] == "Đã rút gọn: Subject"
    assert cut({"Subject": "x"}) == {"Subject": "x"}


def test_a_number_or_code_is_never_cut_into_another_one() -> None:
    """1,234 pages are not 123, nor is the beginning of an agency's code that agency's."""
    long = dataclasses.replace(
        ENTRY, page_amount=1234, organ_id="H26.27.15.123.456", subject="x" * 501
    )
    values = dataclasses.replace(ROW, entry=long).annex_vi()
    assert (values["PageAmount"], values["OrganId"]) == ("", "")
    assert values["Description"] == "Đã rút gọn: Subject; Bỏ trống vì quá dài: OrganId, PageAmount"
    fits = dataclasses.replace(ENTRY, page_amount=999, organ_id="000.00.12.H26")
    values = dataclasses.replace(ROW, entry=fits).annex_vi()
    assert (values["PageAmount"], values["OrganId"]) == ("999", "000.00.12.H26")
