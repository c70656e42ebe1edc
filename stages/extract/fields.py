"""From pages to fields: every name of the model once, empty where nothing was found.

A confidence says how likely the value is exact; an absent optional field is sure to be empty only
as far as its place was read. Nothing here is logged: the values are the document's text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.records import FIELD_NAMES, Box, Field, FieldSource, Mark, Page
from stages.extract.calibration import calibrated
from stages.extract.document_code import DocumentCode, agreeing, find_code
from stages.extract.echoes import named_as_in_head
from stages.extract.heading import Heading, find_heading
from stages.extract.issued import Issued, find_issued, find_spoken_date
from stages.extract.issuer import Issuer, find_issuer
from stages.extract.named import settle_name
from stages.extract.recipients import Names, find_addressee, find_recipients
from stages.extract.rules import Rules
from stages.extract.signer import Signer, find_signer
from stages.extract.subject import Subject, find_subject
from stages.extract.type_name import TypeName, find_type

_URGENCIES = ("HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")
_SEEN = 0.6
"""A mark less sure is doubt, worth a question on a first page only."""
_UNDATED_TYPES = frozenset({"Biên bản", "Hợp đồng", "Bản thỏa thuận", "Bản ghi nhớ"})


def extract_fields(pages: Sequence[Page], rules: Rules, *, today: dt.date) -> tuple[Field, ...]:
    """Return all fields of a document, in the order of `FIELD_NAMES`.

    Args:
        pages: all pages in order, blank and unread ones too.
        rules: the tables.
        today: the day of the work, Vietnamese calendar; no document is issued after it.
    """
    found: dict[str, Field] = {}
    heading = find_heading(pages)
    if heading is not None:
        for item in _of_heading(heading, pages, rules, today=today):
            found[item.name] = item
    is_joint = "; " in found["issuer"].value if "issuer" in found else False
    is_party = heading is not None and heading.is_party
    signer = find_signer(pages, rules, is_joint=is_joint, is_party=is_party)
    for item in (*_of_signer(pages, signer), _urgency(pages), _secrecy()):
        found[item.name] = item
    items = [found.get(name, _absent(name, confidence=0.0)) for name in FIELD_NAMES]
    return calibrated(items, rules.curves)


def _absent(name: str, *, confidence: float) -> Field:
    return Field(name=name, value="", confidence=confidence, source=FieldSource.DERIVED)


def _of_heading(
    heading: Heading, pages: Sequence[Page], rules: Rules, *, today: dt.date
) -> list[Field]:
    issued = find_issued(heading, rules, today=today)
    date_row = issued.row if issued is not None else None
    code = find_code(heading, date_row, rules)
    is_joint = code is not None and code.is_joint
    kind = find_type(heading, code, rules)
    if code is not None and kind.source is FieldSource.PRINTED:
        code = agreeing(code, kind.name, rules)
    if issued is None and kind.name in _UNDATED_TYPES:
        issued = find_spoken_date(heading, today=today)
    number = heading.page.number
    issuer = _issuer_fields(
        find_issuer(heading, code.row if code else date_row, rules, is_joint=is_joint),
        pages,
        number,
    )
    subject = _subject_field(find_subject(heading, code, kind, pages, rules), number)
    place = issued.place if issued is not None else ""
    named = named_as_in_head(subject.value, issuer[-1].value, place)
    return [
        *_code_fields(code, number),
        *_issued_fields(issued),
        *issuer,
        _type_field(kind, number),
        replace(subject, value=named),
        _names_field("addressee", find_addressee(heading)),
    ]


def _code_fields(code: DocumentCode | None, page: int) -> list[Field]:
    if code is None:
        return [_absent(name, confidence=0.0) for name in ("number", "notation", "code")]
    whole = code.number_confidence * code.notation_confidence
    return [
        Field(
            name="number",
            value=code.number,
            confidence=code.number_confidence,
            source=code.number_source,
            page=page,
            box=code.number_box or code.row.box,
            alternatives=code.number_alternatives,
        ),
        Field(
            name="notation",
            value=code.notation,
            confidence=code.notation_confidence,
            source=FieldSource.PRINTED,
            page=page,
            box=code.notation_box or code.row.box,
        ),
        Field(
            name="code",
            value=code.code if code.number else "",
            confidence=whole,
            source=code.number_source,
            page=page,
            box=code.row.box,
        ),
    ]


def _issued_fields(issued: Issued | None) -> list[Field]:
    if issued is None:
        return [_absent("issued_date", confidence=0.0), _absent("place", confidence=0.3)]
    return [
        Field(
            name="issued_date",
            value=issued.date,
            confidence=issued.date_confidence,
            source=issued.date_source,
            page=issued.page,
            box=issued.date_box,
            alternatives=issued.alternatives,
        ),
        Field(
            name="place",
            value=issued.place,
            confidence=issued.place_confidence,
            source=FieldSource.PRINTED,
            page=issued.page,
            box=issued.place_box,
        ),
    ]


def _issuer_fields(issuer: Issuer | None, pages: Sequence[Page], page: int) -> list[Field]:
    if issuer is None:
        return [_absent("issuer_parent", confidence=0.3), _absent("issuer", confidence=0.0)]
    parent, parent_sure = settle_name(issuer.parent, issuer.parent_confidence, pages)
    name, sure = settle_name(issuer.issuer, issuer.confidence, pages)
    return [
        _printed("issuer_parent", parent, parent_sure, page, issuer.parent_box),
        _printed("issuer", name, sure, page, issuer.box),
    ]


def _printed(name: str, value: str, confidence: float, page: int, box: Box | None) -> Field:
    return Field(
        name=name,
        value=value,
        confidence=confidence,
        source=FieldSource.PRINTED if value else FieldSource.DERIVED,
        page=page if box is not None else None,
        box=box,
    )


def _type_field(kind: TypeName, page: int) -> Field:
    return Field(
        name="type",
        value=kind.name,
        confidence=kind.confidence,
        source=kind.source,
        page=page if kind.row is not None else None,
        box=kind.row.box if kind.row is not None else None,
    )


def _subject_field(subject: Subject | None, page: int) -> Field:
    if subject is None:
        return _absent("subject", confidence=0.0)
    return _printed("subject", subject.text, subject.confidence, page, subject.box)


def _names_field(name: str, names: Names | None) -> Field:
    if names is None:
        return _absent(name, confidence=0.9)
    return _printed(name, names.text, names.confidence, names.page, names.box)


def _of_signer(pages: Sequence[Page], signer: Signer | None) -> list[Field]:
    page_number = signer.page if signer is not None and signer.score >= 2 else None
    recipients = _names_field("recipients", _recipients(pages, page_number))
    if signer is None:
        absent = [_absent(name, confidence=0.2) for name in ("signer_name", "signer_title")]
        return [*absent, recipients]
    page = next(page for page in pages if page.number == signer.page)
    return [
        _printed("signer_name", signer.name, signer.name_confidence, page.number, signer.name_box),
        _printed(
            "signer_title", signer.title, signer.title_confidence, page.number, signer.title_box
        ),
        recipients,
    ]


def _recipients(pages: Sequence[Page], signed: int | None) -> Names | None:
    """Return the list of the signed page, else of the first page that has one."""
    for page in sorted(pages, key=lambda page: (page.number != signed, page.number)):
        found = find_recipients(page) if page.words else None
        if found is not None:
            return found
    return None


def _urgency(pages: Sequence[Page]) -> Field:
    marks = [
        (mark, page)
        for page in pages[:2]
        for mark in page.marks
        if mark.text in _URGENCIES and (mark.confidence >= _SEEN or page is pages[0])
    ]
    if not marks:
        return _absent("urgency", confidence=0.95)
    mark, page = max(marks, key=lambda item: _rank(item[0]))
    return Field(
        name="urgency",
        value=_whole_urgency(mark, page),
        confidence=mark.confidence,
        source=FieldSource.STAMPED,
        page=page.number,
        box=mark.box,
    )


def _whole_urgency(mark: Mark, page: Page) -> str:
    """Return what a mark says, `THƯỢNG KHẨN` where `KHẨN` is the end of one seen less surely."""
    reach = replace(mark.box, x0=mark.box.x0 - mark.box.height_pt)
    longer = (o for o in page.marks if o.text.endswith(f" {mark.text}") and o.box.meets(reach))
    return next((other.text for other in longer if other.text in _URGENCIES), mark.text)


def _rank(mark: Mark) -> tuple[float, int]:
    return mark.confidence, -_URGENCIES.index(mark.text)


def _secrecy() -> Field:
    """Return the empty grade: a document that bears one never comes so far (`guard`)."""
    return _absent("secrecy", confidence=0.99)
