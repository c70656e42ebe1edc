"""Sentences and bodies: fills the slots of `data/prose.toml` and arranges blocks by type.

Must never know how a page looks.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass
from typing import Any

from bench.generator.model import Block, Paragraph, Span, Table

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """A stock of phrases tied to one letter: its topic, agency, area and date."""

    rng: random.Random
    data: dict[str, Any]
    names: dict[str, Any]
    topic: str

    @classmethod
    def start(cls, rng: random.Random, data: dict[str, Any], names: dict[str, Any]) -> Phrases:
        """A stock for a new letter, with its main topic chosen."""
        return cls(rng=rng, data=data, names=names, topic=rng.choice(data["topics"]))

    def pick(self, key: str) -> str:
        """One filled phrase of that list."""
        return self.fill(self.rng.choice(self.data[key]))

    def clauses(self, count: int) -> list[str]:
        """So many filled clauses, none twice as long as the list has enough."""
        pool: list[str] = self.data["clauses"]
        chosen: list[str] = []
        while len(chosen) < count:
            chosen += self.rng.sample(pool, min(count - len(chosen), len(pool)))
        return [self.fill(clause) for clause in chosen]

    def subject(self, type_row: dict[str, Any]) -> str:
        """The trích yếu."""
        pattern: str = self.rng.choice(type_row["subjects"])
        scope = self.rng.choice(self.data["scopes"])
        text = self.fill(pattern.replace("{scope}", scope))
        return " ".join(text.split())

    def recipients(self, *, type_row: dict[str, Any], units: list[str]) -> tuple[str, ...]:
        """The lines of Nơi nhận as printed, the last one the archive's copy."""
        pool = list(self.data["recipients"])[2:]
        first = "- Như Điều 3;" if type_row["body"] == "decision" else "- Như trên;"
        middle = self.rng.sample(pool, self.rng.randrange(1, 5))
        unit = self.rng.choice([unit for unit in units if unit != "VP"] or ["VP"])
        copies = self.rng.choice(
            ("", f" ({self.rng.randrange(3, 40)}b)", f" ({unit}{self.rng.randrange(2, 30)})")
        )
        last = f"- Lưu: VT, {unit}{copies}." if unit else "- Lưu VP."
        return (first, *(self.fill(line) for line in middle), last)

    def fill(self, pattern: str) -> str:
        """The pattern with every slot filled anew."""
        return pattern.format_map(_Slots(self))

    def day(self, low: int, high: int) -> str:
        """A date between two offsets in days from the letter's own, in one of two usual forms."""
        date = self.names["today"] + dt.timedelta(days=self.rng.randrange(low, high))
        if self.rng.random() < 0.6:
            return f"{date.day:02d}/{date.month:02d}/{date.year}"
        month = f"{date.month:02d}" if date.month < 3 else str(date.month)
        return f"{date.day:02d} tháng {month} năm {date.year}"

    def money(self, low: int, high: int) -> str:
        """A sum in đồng with dots between thousands."""
        return f"{self.rng.randrange(low, high) * 100_000:,}".replace(",", ".")


class _Slots(dict[str, str]):
    """Fills one slot at the moment `format_map` asks for it."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self._phrases = phrases

    def __missing__(self, key: str) -> str:
        made = _SLOT_MAKERS.get(key)
        if made is None:
            raise KeyError(key)
        return str(made(self._phrases))


def _document(phrases: Phrases) -> str:
    rng = phrases.rng
    form = rng.choice(
        ("Công văn số {n}/BNV-VTLTNN", "Quyết định số {n}/QĐ-UBND", "Kế hoạch số {n}/KH-UBND",
         "Công văn số {n}/UBND-NC", "Chỉ thị số {n}/CT-TTg", "Thông báo số {n}/TB-VP",
         "Thông tư số {n}/{y}/TT-BTC", "Nghị định số {n}/{y}/NĐ-CP")
    )  # fmt: skip
    owner = "" if "-TTg" not in form else " của Thủ tướng Chính phủ"
    day = phrases.day(-300, -5)
    return f"{form.format(n=rng.randrange(3, 400), y=day[-4:])} ngày {day}{owner}"


def _person(phrases: Phrases) -> str:
    rng = phrases.rng
    names = (
        ("Nguyễn", "Trần", "Lê", "Đặng"),
        ("Hữu", "Đức", "Quốc"),
        ("Khoa", "Lâm", "Trí", "Vượng"),
    )
    return " ".join(rng.choice(part) for part in names)


def _square_metres(phrases: Phrases) -> str:
    whole = f"{phrases.rng.randrange(300, 99_999) / 10:,.1f}"
    return whole.translate(str.maketrans(",.", ".,"))


_SLOT_MAKERS: dict[str, Any] = {
    "topic": lambda p: p.topic if p.rng.random() < 0.6 else p.rng.choice(p.data["topics"]),
    "Topic": lambda p: p.topic[0].upper() + p.topic[1:],
    "year": lambda p: str(p.names["today"].year),
    "year5": lambda p: str(p.names["today"].year + 5),
    "quarter": lambda p: p.rng.choice(("I", "II", "III", "IV")),
    "area": lambda p: p.names["area"],
    "call": lambda p: p.names["call"],
    "unit": lambda p: p.rng.choice(p.names["below"]),
    "above": lambda p: p.rng.choice(p.names["above"]),
    "act": lambda p: p.rng.choice(p.data["acts"]),
    "doc": _document,
    "date": lambda p: p.day(-200, -1),
    "deadline": lambda p: p.day(5, 120),
    "num": lambda p: str(p.rng.randrange(11, 990)),
    "num2": lambda p: str(p.rng.randrange(3, 60)),
    "big": lambda p: f"{p.rng.randrange(1_000, 99_000):,}".replace(",", "."),
    "small": lambda p: f"{p.rng.randrange(2, 30):02d}",
    "small2": lambda p: f"{p.rng.randrange(2, 12):02d}",
    "small4": lambda p: str(p.rng.randrange(2, 5)),
    "pct": lambda p: f"{p.rng.randrange(400, 990) / 10}".replace(".", ","),
    "pct2": lambda p: f"{p.rng.randrange(10, 300) / 10}".replace(".", ","),
    "pctsmall": lambda p: f"{p.rng.randrange(1, 99) / 10}".replace(".", ","),
    "money": lambda p: p.money(120, 90_000),
    "money2": lambda p: p.money(12, 60),
    "area_m2": _square_metres,
    "person_m": _person,
}  # fmt: skip


def write_body(
    phrases: Phrases, type_row: dict[str, Any], *, head: str, count: int, has_table: bool
) -> tuple[Block, ...]:
    """The blocks of the body for that kind of document, `count` clauses long."""
    writers = {
        "decision": _decision, "letter": _letter, "proposal": _letter, "notice": _letter,
        "report": _report, "directive": _directive, "invitation": _invitation, "telegram": _letter,
    }  # fmt: skip
    blocks = writers[type_row["body"]](phrases, type_row["name"], head, count)
    if has_table:
        blocks.insert(max(1, len(blocks) - 2), _table(phrases))
    return tuple(blocks)


def _plain(text: str) -> Paragraph:
    return Paragraph(spans=(Span(text=text),))


def _led(lead: str, text: str, *, is_italic: bool = False) -> Paragraph:
    return Paragraph(spans=(Span(text=lead, is_bold=True), Span(text=text, is_italic=is_italic)))


def _heading(text: str) -> Paragraph:
    return Paragraph(spans=(Span(text=text, is_bold=True),), keep_with_next=True)


def _decision(phrases: Phrases, type_name: str, head: str, count: int) -> list[Block]:
    centre = Paragraph(
        spans=(Span(text=head, is_bold=True),), align="center", indent_mm=0, keep_with_next=True
    )
    known = [base for base in phrases.data["bases"] if _year(base) <= phrases.names["today"].year]
    bases = phrases.rng.sample(known, min(len(known), phrases.rng.randrange(3, 6)))
    bases.sort(key=known.index)
    blocks: list[Block] = [centre]
    blocks += [Paragraph(spans=(Span(text=phrases.fill(base), is_italic=True),)) for base in bases]
    word = "QUYẾT NGHỊ:" if type_name == "Nghị quyết" else "QUYẾT ĐỊNH:"
    blocks.append(
        Paragraph(spans=(Span(text=word, is_bold=True),), align="center", indent_mm=0,
                  keep_with_next=True)
    )  # fmt: skip
    for index, clause in enumerate(phrases.clauses(count), 1):
        blocks.append(_led(f"Điều {index}.", clause))
    who = f"{phrases.rng.choice(phrases.names['below'])} và các cơ quan, đơn vị có liên quan"
    blocks.append(
        _led(
            f"Điều {count + 1}.",
            f"{who} chịu trách nhiệm thi hành {type_name} này kể từ ngày ký./.",
        )
    )
    return blocks


def _year(base: str) -> int:
    """The year a basis was made, so that no letter cites a law of its future."""
    found = re.search(r"tháng \d+ năm (\d{4})", base)
    return int(found.group(1)) + 1 if found else 0


def _letter(phrases: Phrases, _type_name: str, _head: str, count: int) -> list[Block]:
    blocks: list[Block] = [_plain(phrases.pick("openings"))]
    marks = phrases.rng.choice(("{}. ", "- ", "", "{}. "))
    for index, clause in enumerate(phrases.clauses(count), 1):
        blocks.append(_plain(marks.format(index) + clause))
    blocks.append(_plain(phrases.pick("closings")))
    return blocks


def _report(phrases: Phrases, _type_name: str, _head: str, count: int) -> list[Block]:
    rng = phrases.rng
    blocks: list[Block] = [_plain(phrases.pick("openings"))]
    heads = rng.sample(phrases.data["heads"], min(3, 1 + count // 3))
    clauses = phrases.clauses(count)
    share = -(-count // len(heads))
    for index, head in enumerate(heads):
        blocks.append(_heading(f"{_ROMAN[index]}. {head}"))
        subs = rng.sample(phrases.data["subheads"], 2)
        for place, clause in enumerate(clauses[index * share : (index + 1) * share]):
            if place < len(subs) and rng.random() < 0.6:
                blocks.append(_heading(f"{place + 1}. {subs[place]}"))
            blocks.append(_plain(rng.choice(("- ", "", "+ ")) + clause))
    blocks.append(_plain(phrases.pick("closings")))
    return blocks


def _directive(phrases: Phrases, _type_name: str, _head: str, count: int) -> list[Block]:
    blocks: list[Block] = [_plain(phrases.pick("openings"))]
    for index, clause in enumerate(phrases.clauses(count), 1):
        unit = phrases.rng.choice(phrases.names["below"])
        blocks.append(_led(f"{index}.", f"{unit}: {clause}"))
    blocks.append(
        _plain("Yêu cầu thủ trưởng các cơ quan, đơn vị nghiêm túc thực hiện Chỉ thị này./.")
    )
    return blocks


def _invitation(phrases: Phrases, _type_name: str, _head: str, count: int) -> list[Block]:
    rng = phrases.rng
    hour = f"{rng.randrange(7, 16):02d} giờ {rng.choice(('00', '30'))}"
    room = rng.choice(
        ("Hội trường tầng 2", "Phòng họp số 1", "Phòng họp trực tuyến", "Hội trường lớn")
    )
    call, plea = phrases.names["call"], "trân trọng kính mời Quý cơ quan tham dự cuộc họp về"
    blocks: list[Block] = [
        _plain(f"{call} {plea} {phrases.topic}, cụ thể như sau:"),
        _led("1. Thời gian:", f"{hour}, ngày {phrases.day(2, 20)}."),
        _led("2. Địa điểm:", f"{room}, trụ sở {call}."),
        _led("3. Nội dung:", phrases.clauses(1)[0]),
    ]  # fmt: skip
    blocks += [_plain(clause) for clause in phrases.clauses(max(1, count - 3))]
    blocks.append(
        _plain("Rất mong Quý cơ quan sắp xếp thời gian tham dự đầy đủ, đúng thành phần./.")
    )
    return blocks


def _table(phrases: Phrases) -> Table:
    rng = phrases.rng
    names = rng.sample(phrases.data["table_rows"], rng.randrange(3, 8))
    rows = [("TT", "Đơn vị", "Số hồ sơ", "Đạt tỷ lệ (%)", "Kinh phí (đồng)")]
    total = 0
    for index, name in enumerate(names, 1):
        share = f"{rng.randrange(500, 1000) / 10}".replace(".", ",")
        files = rng.randrange(9, 1900)
        total += files
        rows.append((str(index), name, str(files), share, phrases.money(20, 9_000)))
    rows.append(("", "Tổng cộng", str(total), "", phrases.money(9_000, 90_000)))
    return Table(
        title=phrases.pick("table_titles"), rows=tuple(rows), widths=(0.08, 0.37, 0.15, 0.17, 0.23)
    )
