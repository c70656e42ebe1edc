"""Who must be asked, and when a document may go on by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model.records import (
    FIELD_NAMES,
    Document,
    Field,
    FieldSource,
    Inspection,
    MediaType,
    Page,
    PageEntry,
    Quality,
    Route,
    Verdict,
)
from pipeline.model.stage import Done, Waiting, Work
from stages.review import Options, Policy, ReviewStage
from stages.review.doubt import REQUIRED, doubtful

NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


def sure_fields() -> dict[str, Field]:
    """Every field with a value and no doubt."""
    return {
        name: Field(name=name, value="x", confidence=0.99, source=FieldSource.PRINTED)
        for name in FIELD_NAMES
    }


def page(*, unread: str | None = None) -> Page:
    """A page, perhaps unread."""
    return Page(
        number=1, width_mm=210, height_mm=297, dpi=300, skew_deg=0, rotation_deg=0,
        is_blank=False, quality=Quality(verdict=Verdict.GOOD), unread=unread,
    )  # fmt: skip


def work_of(fields: dict[str, Field], *pages: Page) -> Work:
    """Work on such fields and pages."""
    return Work(
        document=Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1),
        source_name="x.pdf",
        folder="den",
        received_at=NOW,
        now=NOW,
        inspection=Inspection(route=Route.SCAN, pages=(PageEntry(number=1),)),
        pages=pages or (page(),),
        fields=fields,
        artifacts={},
        scratch=Path("unused"),
    )


def names_asked(stage: ReviewStage, fields: dict[str, Field]) -> str:
    """Names in the remark of a waiting document; empty when it goes on."""
    answer = stage.run(work_of(fields))
    return answer.remark.facts["fields"] if isinstance(answer, Waiting) else ""


def test_sure_fields_pass() -> None:
    assert ReviewStage().run(work_of(sure_fields())) == Done()


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_is_asked_for_when_unsure_empty_or_missing(name: str) -> None:
    fields = sure_fields()
    unsure = {**fields, name: replace(fields[name], confidence=0.05)}
    empty = {**fields, name: replace(fields[name], value="")}
    missing = {key: item for key, item in fields.items() if key != name}
    for case in (unsure, empty, missing):
        assert names_asked(ReviewStage(), case) == name


def test_an_optional_field_is_asked_for_when_its_value_or_its_absence_is_unsure() -> None:
    fields = sure_fields()
    absent = {**fields, "urgency": replace(fields["urgency"], value="", confidence=0.95)}
    missed = {**fields, "signer_name": replace(fields["signer_name"], value="", confidence=0.0)}
    unsure = {**fields, "signer_name": replace(fields["signer_name"], confidence=0.05)}
    assert names_asked(ReviewStage(), absent) == ""
    assert names_asked(ReviewStage(), missed) == "signer_name"
    assert names_asked(ReviewStage(), unsure) == "signer_name"


def test_names_come_in_the_order_of_the_model() -> None:
    fields = {
        name: replace(item, confidence=0.0) if name in {"issued_date", "number"} else item
        for name, item in sure_fields().items()
    }
    assert names_asked(ReviewStage(), fields) == "number; issued_date"


def test_what_a_person_gave_is_never_asked_again() -> None:
    fields = {
        name: replace(item, confidence=0.0, value="", source=FieldSource.PERSON)
        for name, item in sure_fields().items()
    }
    assert doubtful(fields) == ()
    for policy in Policy:
        stage = ReviewStage(options=Options(policy=policy))
        assert stage.run(work_of(fields)) == Done()


def test_policies() -> None:
    unsure = {name: replace(item, confidence=0.0) for name, item in sure_fields().items()}
    never = ReviewStage(options=Options(policy=Policy.NEVER))
    always = ReviewStage(options=Options(policy=Policy.ALWAYS))
    assert never.run(work_of(unsure)) == Done()
    assert names_asked(always, sure_fields()) == "; ".join(REQUIRED)


def test_an_unread_page_waits_with_its_own_remark() -> None:
    answer = ReviewStage().run(work_of(sure_fields(), page(unread="PAGE-TIMEOUT")))
    assert isinstance(answer, Waiting)
    assert answer.remark.code == "PAGE-TIMEOUT"
    assert answer.remark.page == 1


def test_thresholds_shape_the_digest() -> None:
    strict = Options(thresholds={"number": 0.99})
    assert ReviewStage(options=strict).options_digest != ReviewStage().options_digest
