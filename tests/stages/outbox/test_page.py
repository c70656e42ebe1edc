"""The keeper's page of the outbox over finished documents and a real registry."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import jsonschema
import pytest

from pipeline.access.records import Role
from pipeline.assembly.house import House
from pipeline.assembly.outbox_desk import HouseSending
from pipeline.assembly.standing import Standing
from pipeline.web.words import LANGUAGES, message, word
from scripts.documents import INTERFACE
from tests.stages.outbox.test_commands import Office, office  # noqa: F401 - a fixture
from tests.unit.web.conftest import PASSWORD, Visitor, desk, door  # noqa: F401 - fixtures

POST = "POST /v1/documents"


@dataclass
class Keeper:
    """A keeper at the page, and the house behind it."""

    office: Office
    house: House
    sending: HouseSending
    visitor: Visitor

    def push(self) -> None:
        """Send what is due."""
        self.house.routes["so-tinh"].push()

    def act(self, **boxes: str) -> str:
        """Press a button of the registry's; return the page that follows."""
        answer = self.visitor.post("/outbox/so-tinh", boxes)
        assert answer.status_code == 303, answer.text
        return self.visitor.get(answer.headers["location"]).text

    def compared(self) -> str:
        """Compare both sides, wait for the end; return the page."""
        self.act(deed="compare")
        deadline = time.monotonic() + 30
        while not self.sending.works("so-tinh")[0].is_over:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self.visitor.get("/outbox").text


@pytest.fixture
def keeper(office: Office, request: pytest.FixtureRequest) -> Iterator[Keeper]:  # noqa: F811
    """Give a keeper, signed in; nothing was finished yet."""
    desk, door = (request.getfixturevalue(name) for name in ("desk", "door"))  # noqa: F811
    with House.open(office.data, environment={}) as house, Standing(house) as standing:
        sending = standing.sending()
        visitor = Visitor(desk, door, sending=sending)
        door.accounts.add(
            "giu.nha", full_name="Giữ nhà", roles=[Role.KEEPER], units=None, password=PASSWORD
        )
        visitor.sign_in("giu.nha")
        yield Keeper(office, house, sending, visitor)


@pytest.mark.parametrize("language", LANGUAGES)
def test_poison_shows_its_alarm_and_goes_again_by_a_button(keeper: Keeper, language: str) -> None:
    """Given up: the alarm, its cause and remedy, every call; one button and it arrives, once."""
    key = keeper.office.finish(1)
    keeper.office.plan.faults.append((POST, "500-before"))
    keeper.push()
    page = keeper.visitor.get(f"/outbox?lang={language}").text
    assert "OUTBOX-POISON" in page
    assert message("PORT-DOWN", language) in page
    calls = keeper.visitor.get(f"/outbox/so-tinh/{key}").text
    for action in ("intent", "poison"):
        assert word(f"call.{action}", language) in calls
    assert word("outbox.replayed", language) + " <b>1</b>" in keeper.act(
        deed="replay", what="poison"
    )
    keeper.push()
    assert keeper.office.registry.file(key) is not None
    page = keeper.visitor.get("/outbox").text
    assert "OUTBOX-POISON" not in page
    assert re.search(rf"{word('parcel.sent', language)} <b>1</b>", page)


def test_both_sides_are_compared_and_what_is_missing_goes_again(keeper: Keeper) -> None:
    """The report names what the registry lost and what nobody here knows; a button mends it."""
    lost, kept = keeper.office.finish(1), keeper.office.finish(2)
    keeper.push()
    assert word("outbox.even", "vi") in keeper.compared()
    keeper.office.registry.forget(lost)
    page = keeper.compared()
    told = page.partition(word("outbox.missing", "vi"))[2]
    assert lost[:12] in told
    assert kept[:12] not in told
    keeper.act(deed="replay", what="missing")
    keeper.push()
    assert keeper.office.registry.file(lost) is not None
    assert word("outbox.even", "vi") in keeper.compared()


def test_a_target_that_does_not_answer_is_told_in_words(keeper: Keeper) -> None:
    """The comparison ends with the cause and what to do; nothing else changes."""
    keeper.office.plan.faults.append(("GET /v1/documents", "500-before"))
    page = keeper.compared()
    assert message("PORT-DOWN", "vi") in page
    assert keeper.sending.compared("so-tinh") is None


def test_only_a_keeper_and_only_with_the_form(keeper: Keeper) -> None:
    """No other role sees it; no button works without the session's token; each press on record."""
    key = keeper.office.finish(1)
    keeper.push()
    assert (
        keeper.visitor.post("/outbox/so-tinh", {"deed": "compare", "csrf": "x"}).status_code == 403
    )
    assert keeper.visitor.post("/outbox/so-tinh", {"deed": "replay"}).status_code == 422
    assert keeper.visitor.post("/outbox/khong-co", {"deed": "compare"}).status_code == 404
    assert keeper.visitor.post("/outbox/so-tinh", {"deed": "khác"}).status_code == 400
    keeper.act(deed="replay", what=key)
    line = keeper.visitor.door.audit.lines(action="outbox.act", limit=1)[0]
    assert line.deed.facts == {"deed": f"replay {key}", "target": "so-tinh"}
    keeper.visitor.door.accounts.add(
        "van.thu", full_name="", roles=[Role.CLERK], units=None, password=PASSWORD
    )
    keeper.visitor.sign_in("van.thu")
    for path in ("/outbox", "/live/outbox", "/api/outbox", f"/outbox/so-tinh/{key}"):
        assert keeper.visitor.get(path).status_code == 403
    assert keeper.visitor.post("/outbox/so-tinh", {"deed": "compare"}).status_code == 403


def test_programs_read_it_as_described(keeper: Keeper) -> None:
    """`/api/outbox` is what docs/openapi.json says; the page's stamp changes with the parcels."""
    before = keeper.visitor.get("/live/outbox").json()
    keeper.office.finish(1)
    keeper.push()
    assert keeper.visitor.get("/live/outbox").json() != before
    assert keeper.visitor.get("/live/outbox").json() == keeper.visitor.get("/live/outbox").json()
    answers = keeper.visitor.get("/api/outbox").json()
    assert [one["counts"] for one in answers if one["name"] == "so-tinh"] == [{"sent": 1}]
    described = json.loads(INTERFACE.read_text(encoding="utf-8"))
    schema = {"$ref": "#/components/schemas/Target", "components": described["components"]}
    for one in answers:
        jsonschema.validate(one, schema)
