"""Writes letters that nobody ever wrote: consistent heads, subjects, bodies, signers.

Data lie in `data/*.toml`; this module only combines them. Sources: Nghị định 30/2020, annexes I
and III. Must never use the name of a real person knowingly.
"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.generator.model import Arrival, Block, HandStyle, Letter
from bench.generator.prose import Phrases, write_body

DATA = Path(__file__).parent / "data"
STATE, PARTY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM"
_DIVIDE = dt.date(2025, 7, 1)
_MINISTRY_TYPES = {"Nghị quyết"}
_URGENCIES = ("HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")
_SECRECIES = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")


@cache
def load(name: str) -> dict[str, Any]:
    """The data file of that name as a dictionary."""
    with (DATA / f"{name}.toml").open("rb") as handle:
        return tomllib.load(handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a caller fixes; None leaves the choice to the seed."""

    agencies: str = "agencies"
    """Data file of the kinds of agencies."""
    kind: str | None = None
    type_name: str | None = None
    number_style: HandStyle | None = None
    day_style: HandStyle | None = None
    month_style: HandStyle | None = None
    urgency: str | None = None
    secrecy: str | None = None
    arrival: bool | None = None
    arrival_over_header: bool | None = None
    body_blocks: int | None = None
    handwritten_share: float = 0.6
    has_table: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    names: dict[str, str]

    def fill(self, pattern: str) -> str:
        return pattern.format_map(self.names)


def compose(seed: int, wishes: Wishes | None = None) -> Letter:
    """A letter fixed by its seed and by what the caller wishes."""
    rng = random.Random(f"letter-{seed}")
    wishes = wishes or Wishes()
    kind = _choose_kind(rng, wishes)
    date = _choose_date(rng, kind)
    place = _choose_place(rng, is_new=date >= _DIVIDE)
    type_row = _choose_type(rng, wishes, kind)
    phrases = Phrases.start(rng, load("prose"), _names_for_prose(kind, place, date))
    subject = phrases.subject(type_row)
    number_style, day_style, month_style = _hands(rng, wishes)
    return Letter(
        parent_lines=_lines(place.fill(kind.get("parent", ""))),
        issuer_lines=_lines(place.fill(kind["issuer"])),
        is_party=bool(kind.get("party", False)),
        number=_number(rng, kind, is_printed=number_style == "printed"),
        number_style=number_style,
        notation=_notation(rng, kind, type_row),
        place=place.fill(kind["place"]),
        date=date,
        day_style=day_style,
        month_style=month_style,
        type_name=type_row["name"],
        subject=subject,
        addressees=_addressees(rng, type_row, kind, place),
        body=_body(rng, phrases, type_row, place.fill(kind["head"]), wishes),
        title_lines=tuple(rng.choice(kind["titles"]).split("|")),
        signer=person(rng),
        recipients=phrases.recipients(type_row=type_row, units=kind["units"]),
        seal_ring=place.fill(kind["seal_ring"]),
        seal_heart=_lines(place.fill(kind["seal_heart"])),
        urgency=_urgency(rng, wishes, type_row),
        secrecy=_secrecy(rng, wishes),
        nation=PARTY if kind.get("party") else STATE,
        arrival=_arrival(rng, wishes, kind, place, date),
        footer=_footer(rng, kind, place),
    )


def person(rng: random.Random) -> str:
    """A full name joined from parts at random."""
    parts = load("people")
    sex = rng.choice("mf")
    return " ".join(
        (rng.choice(parts["family"]), rng.choice(parts[f"middle_{sex}"]),
         rng.choice(parts[f"given_{sex}"]))
    )  # fmt: skip


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _choose_kind(rng: random.Random, wishes: Wishes) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = load(wishes.agencies)["kind"]
    if wishes.kind:
        return next(kind for kind in kinds if kind["name"] == wishes.kind)
    return rng.choices(kinds, [kind["weight"] for kind in kinds])[0]


def _choose_type(rng: random.Random, wishes: Wishes, kind: dict[str, Any]) -> dict[str, Any]:
    types: list[dict[str, Any]] = load("prose")["type"]
    if wishes.type_name:
        return next(row for row in types if row["name"] == wishes.type_name)
    if not kind["name"].endswith("council"):
        types = [row for row in types if row["name"] not in _MINISTRY_TYPES]
    return rng.choices(types, [row["weight"] for row in types])[0]


def _choose_date(rng: random.Random, kind: dict[str, Any]) -> dt.date:
    if "years" in kind:
        first, last = (dt.date(year, 1, 1) for year in kind["years"])
        return first + dt.timedelta(days=rng.randrange((last - first).days))
    era = kind.get("era") or rng.choice(("new", "new", "old"))
    if era == "new":
        return _DIVIDE + dt.timedelta(days=rng.randrange(1, 440))
    return dt.date(2020, 3, 10) + dt.timedelta(days=rng.randrange(1930))


def _choose_place(rng: random.Random, *, is_new: bool) -> _Place:
    places = load("agencies")["places"]
    province = rng.choice(places["provinces_new" if is_new else "provinces_old"])
    commune, district = rng.choice(places["communes"]), rng.choice(places["districts"])
    city, school = rng.choice(places["cities"]), rng.choice(places["schools"])
    pairs = {"p": province, "x": commune, "d": district, "c": city, "s": school}
    return _Place(names=pairs | {key.upper(): name.upper() for key, name in pairs.items()})


def _names_for_prose(kind: dict[str, Any], place: _Place, date: dt.date) -> dict[str, Any]:
    is_local = "commune" in kind["name"] or "ward" in kind["name"]
    area = f"xã {place.names['x']}" if is_local else f"tỉnh {place.names['p']}"
    if kind["place"] == "{c}":
        area = f"thành phố {place.names['c']}"
    if kind["place"] == "Hà Nội":
        area = "cả nước"
    return {
        "call": place.fill(kind["call"]),
        "area": area,
        "below": kind["below"],
        "above": [place.fill(text) for text in kind["above"]],
        "today": date,
    }


def _hands(rng: random.Random, wishes: Wishes) -> tuple[HandStyle, HandStyle, HandStyle]:
    by_hand = rng.random() < wishes.handwritten_share
    number: HandStyle = "printed"
    if by_hand:
        number = "stamped" if rng.random() < 0.12 else "handwritten"
    number = wishes.number_style or number
    hand: HandStyle = number if rng.random() < 0.9 else "handwritten"
    day: HandStyle = hand if number != "printed" and rng.random() < 0.93 else "printed"
    day = wishes.day_style or day
    month: HandStyle = day if day != "printed" and rng.random() < 0.25 else "printed"
    return number, day, wishes.month_style or month


def _number(rng: random.Random, kind: dict[str, Any], *, is_printed: bool) -> str:
    top = kind["max_number"]
    value = int(min(rng.uniform(1, top), rng.uniform(1, top)))
    text = f"{max(1, value):02d}"
    if not is_printed and len(text) < 3 and rng.random() < 0.05:
        text = text.zfill(3)
    return text


def _notation(rng: random.Random, kind: dict[str, Any], type_row: dict[str, Any]) -> str:
    symbol, abbr = kind["symbol"], type_row["abbr"]
    if kind.get("party"):
        return f"{abbr or 'CV'}/{symbol}"
    return f"{abbr}-{symbol}" if abbr else f"{symbol}-{rng.choice(kind['units'])}"


def _addressees(
    rng: random.Random, type_row: dict[str, Any], kind: dict[str, Any], place: _Place
) -> tuple[str, ...]:
    if type_row["body"] == "proposal":
        return (place.fill(rng.choice(kind["above"])),)
    if type_row["body"] in {"letter", "invitation", "telegram"}:
        pool = list(kind["below"])
        count = rng.choices((1, 2, 3), (5, 3, 2))[0]
        if rng.random() < 0.3:
            pool = [place.fill(text) for text in kind["above"]] + pool
        return tuple(rng.sample(pool, min(count, len(pool))))
    return ()


def _body(
    rng: random.Random, phrases: Phrases, type_row: dict[str, Any], head: str, wishes: Wishes
) -> tuple[Block, ...]:
    has_table = wishes.has_table
    if has_table is None:
        has_table = type_row["body"] in {"report", "notice", "decision"} and rng.random() < 0.25
    count = wishes.body_blocks or rng.choices((3, 4, 5, 7, 10, 14), (4, 5, 5, 4, 2, 1))[0]
    return write_body(phrases, type_row, head=head, count=count, has_table=has_table)


def _urgency(rng: random.Random, wishes: Wishes, type_row: dict[str, Any]) -> str:
    if wishes.urgency is not None:
        return wishes.urgency
    share = 0.7 if type_row["body"] == "telegram" else 0.08
    return rng.choice(_URGENCIES) if rng.random() < share else ""


def _secrecy(rng: random.Random, wishes: Wishes) -> str:
    if wishes.secrecy is not None:
        return wishes.secrecy
    return rng.choice(_SECRECIES) if rng.random() < 0.04 else ""


def _arrival(
    rng: random.Random, wishes: Wishes, kind: dict[str, Any], place: _Place, date: dt.date
) -> Arrival | None:
    wanted = wishes.arrival if wishes.arrival is not None else rng.random() < 0.35
    if not wanted:
        return None
    over = wishes.arrival_over_header
    receivers = ("SỞ NỘI VỤ", "UBND XÃ {X}", "VĂN PHÒNG UBND TỈNH", "SỞ TÀI CHÍNH", "UBND TỈNH {P}")
    others = [place.fill(name) for name in receivers if name not in kind["issuer"]]
    return Arrival(
        agency=rng.choice(others),
        number=str(rng.randrange(12, 9800)),
        date=date + dt.timedelta(days=rng.randrange(1, 7)),
        over_header=over if over is not None else rng.random() < 0.3,
        is_small=rng.random() < 0.35,
    )


def _footer(rng: random.Random, kind: dict[str, Any], place: _Place) -> str:
    if kind.get("party") or rng.random() > 0.12:
        return ""
    street = rng.choice(("Quang Trung", "Hùng Vương", "Lê Lợi", "Trần Phú", "Phạm Văn Đồng"))
    site = rng.choice(("vanthu", "hanhchinh", "congvan"))
    where = place.fill(kind["place"])
    house = rng.randrange(1, 320)
    return f"Địa chỉ: Số {house} đường {street}, {where}. Thư điện tử: {site}@example.vn"
