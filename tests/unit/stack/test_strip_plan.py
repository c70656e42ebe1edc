"""A plan in words: read, written, refused."""

from __future__ import annotations

import pytest

from pipeline.model.errors import InputError
from pipeline.model.stacks import Part, StackPlan
from pipeline.model.strip_plan import read, written

BEFORE = StackPlan(parts=(Part(pages=(2, 3), dossier="H05"), Part(pages=(4, 5))), dropped=(1,))


def test_a_plan_reads_as_it_was_written() -> None:
    plan = read("3r90 2 | 5 | -1 -4", before=BEFORE)
    assert [part.pages for part in plan.parts] == [(3, 2), (5,)]
    assert plan.parts[0].turns_deg == (90, 0)
    assert [part.dossier for part in plan.parts] == ["H05", ""]
    assert plan.dropped == (1, 4)
    assert written(plan) == "3r90 2 | 5 | -1 -4"
    assert written(read(written(BEFORE), before=BEFORE)) == written(BEFORE)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2 3 | 4 | -1", "5"),
        ("2 2 3 4 5 -1", "2"),
        ("2 3 4 5 9 -1", "9"),
        ("2 3r45 4 5 -1", "3r45"),
        ("-1 -2 -3 -4 -5", "0"),
        ("", "1"),
    ],
)
def test_a_page_lost_doubled_or_unknown_is_named(text: str, named: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text, before=BEFORE)
    assert refused.value.code == "INPUT-STACK-PLAN"
    assert refused.value.detail == named
