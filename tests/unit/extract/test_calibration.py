"""A confidence lies on its field's curve and never falls where the estimate rises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.records import Field, FieldSource
from stages.extract.calibration import Curve, calibrated, curve_name
from training.fields.calibrate import calibration_error, fit

CURVE = Curve(raw=(0.2, 0.6, 0.9), share=(0.1, 0.5, 0.99))


def test_between_points_the_line_is_straight_and_outside_it_is_level() -> None:
    assert CURVE.at(0.0) == 0.1
    assert abs(CURVE.at(0.4) - 0.3) < 1e-9
    assert CURVE.at(0.6) == 0.5
    assert CURVE.at(1.0) == 0.99


def test_fields_by_hand_and_empty_ones_have_their_own_curve() -> None:
    number = Field(name="number", value="7", confidence=0.5, source=FieldSource.PRINTED)
    by_hand = Field(name="number", value="7", confidence=0.5, source=FieldSource.HANDWRITTEN)
    empty = Field(name="number", value="", confidence=0.0, source=FieldSource.PRINTED)
    assert [curve_name(item) for item in (number, by_hand, empty)] == [
        "number", "number_handwritten", "number_empty",
    ]  # fmt: skip
    assert calibrated([number], {"number": CURVE})[0].confidence == CURVE.at(0.5)
    assert calibrated([number], {})[0].confidence == 0.5


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=12, max_size=120))
def test_a_fitted_curve_rises_and_stays_a_probability(rows: list[tuple[float, bool]]) -> None:
    curve = fit(rows)
    assert list(curve.share) == sorted(curve.share)
    assert list(curve.raw) == sorted(curve.raw)
    assert all(0.0 <= share <= 1.0 for share in curve.share)


def test_the_fit_finds_what_the_examples_say() -> None:
    rows = [(0.3, ordinal % 4 == 0) for ordinal in range(200)]
    rows += [(0.9, ordinal % 20 != 0) for ordinal in range(200)]
    curve = fit(rows)
    assert abs(curve.at(0.3) - 0.25) < 0.05
    assert abs(curve.at(0.9) - 0.95) < 0.05
    assert calibration_error(rows, curve) < 0.05 < calibration_error(rows, None) + 0.05
