"""Readings vote by how sure they are, and knowledge refuses what cannot be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stages.extract.votes import Reading, choose


def test_one_sure_reading_beats_two_unsure_ones() -> None:
    choice = choose(
        [
            Reading(value="16", confidence=0.95),
            Reading(value="46", confidence=0.3),
            Reading(value="46", confidence=0.3),
        ]
    )
    assert choice.value == "16"
    assert choice.alternatives[0] == "46"


def test_agreement_raises_and_contradiction_lowers_confidence() -> None:
    one = choose([Reading(value="16", confidence=0.7)])
    two = choose([Reading(value="16", confidence=0.7), Reading(value="16", confidence=0.7)])
    against = choose([Reading(value="16", confidence=0.7), Reading(value="18", confidence=0.6)])
    assert against.confidence < one.confidence < two.confidence


def test_impossible_values_cannot_win_but_are_shown() -> None:
    choice = choose(
        [Reading(value="46", confidence=0.9), Reading(value="16", confidence=0.2)],
        is_possible=lambda text: text.isdigit() and int(text) < 32,
    )
    assert choice.value == "16"
    assert "46" in choice.alternatives


def test_no_readings_give_nothing() -> None:
    assert choose([]).value == ""
    assert choose([Reading(value="", confidence=0.9)]).confidence == 0.0


readings = st.lists(
    st.builds(
        Reading,
        value=st.sampled_from(["", "1", "4", "7", "17"]),
        confidence=st.floats(0, 1),
        alternatives=st.just(()),
    ),
    max_size=5,
)


@given(readings)
def test_a_choice_is_always_a_probability_and_never_its_own_alternative(
    given_readings: list[Reading],
) -> None:
    choice = choose(given_readings)
    assert 0.0 <= choice.confidence <= 1.0
    assert choice.value not in choice.alternatives
