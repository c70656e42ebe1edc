"""What an edXML message says of its document, beside what was read on the paper."""

from __future__ import annotations

from pipeline.model.records import Box, Field, FieldSource
from stages.extract.announced import with_announced

BOX = Box(x0=1, y0=2, x1=3, y1=4)


def read(value: str, confidence: float) -> Field:
    """Make a field that was read on page 2."""
    return Field(
        name="code", value=value, confidence=confidence, source=FieldSource.PRINTED, page=2, box=BOX
    )


def told(item: Field | None, said: str = "07/QĐ-UBND") -> Field:
    """Return the code after the message had its say."""
    other = Field(name="place", value="Hà Nội", confidence=0.4, source=FieldSource.PRINTED)
    fields = with_announced((other,) if item is None else (other, item), {"code": said})
    assert fields[0] is other, "what the message does not say stays"
    return fields[1]


def test_both_say_the_same() -> None:
    """Spaces, dashes, case and leading zeros aside: sure, with its place on the paper."""
    for value in ("07/QĐ-UBND", "7/QĐ - UBND", "07/qđ–ubnd"):
        found = told(read(value, 0.4))
        assert (found.value, found.confidence, found.page, found.box) == (value, 0.99, 2, BOX)
        assert found.source is FieldSource.PRINTED


def test_the_paper_says_nothing() -> None:
    """The message's value stands; where the reading was unsure it is kept beside."""
    for item in (None, read("", 0.9)):
        found = told(item)
        assert (found.value, found.source) == ("07/QĐ-UBND", FieldSource.MESSAGE)
        assert found.confidence > 0.9
    found = told(read("01/QĐ-UBND", 0.3))
    assert (found.value, found.alternatives) == ("07/QĐ-UBND", ("01/QĐ-UBND",))
    assert found.confidence > 0.9


def test_they_differ() -> None:
    """A surely read value against the message's is for a person, both readings at hand."""
    found = told(read("17/QĐ-UBND", 0.95))
    assert (found.value, found.alternatives) == ("07/QĐ-UBND", ("17/QĐ-UBND",))
    assert found.confidence < 0.5
    assert (found.page, found.box) == (2, BOX)
