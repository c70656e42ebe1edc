"""EU DSS's judgement on every level and algorithm, and on seals that nobody may pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.pki import Pki
from bench.trust.cases import Case, bad_cases, good_cases, renewed_cases
from tests.judges.dss import Judgement, jars, judge
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]
"""The first run fetches the judge; Java starts slowly on a busy machine."""
_FORMATS = {
    "B-B": "PAdES-BASELINE-B",
    "B-T": "PAdES-BASELINE-T",
    "B-LT": "PAdES-BASELINE-LT",
    "B-LTA": "PAdES-BASELINE-LTA",
}


@pytest.fixture
def pdfa(tmp_path: Path) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path / "a", Sheet(dpi=72).letter())


def _judged(cases: Sequence[Case], pki: Pki, *, is_online: bool) -> dict[str, Judgement]:
    found = judge([case.path for case in cases], root=pki.trust, is_online=is_online)
    assert all(len(found[case.path.name]) == 1 for case in cases)
    return {name: judgements[0] for name, judgements in found.items()}


def test_every_level_and_algorithm_is_total_passed(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """B-B and B-T with the services asked; B-LT and B-LTA by the file alone, renewed ones too."""
    jars()
    cases = [*good_cases(pki, pdfa, tmp_path), *renewed_cases(pki, pdfa, tmp_path)]
    for is_online, levels in ((True, {"B-B", "B-T"}), (False, {"B-LT", "B-LTA"})):
        chosen = [case for case in cases if case.level in levels]
        found = _judged(chosen, pki, is_online=is_online)
        for case in chosen:
            judgement = found[case.path.name]
            print(case.key, case.level, judgement.indication, judgement.faults)
            assert judgement.indication == "TOTAL_PASSED", f"{case.path.name}: {judgement}"
            assert judgement.format == _FORMATS[case.level]


def test_bad_seals_get_the_sub_indication_they_deserve(
    tmp_path: Path, pki: Pki, pdfa: Path
) -> None:
    """Revoked, expired, of an unknown root, changed: the judge is awake."""
    jars()
    cases = [*bad_cases(pki, pdfa, tmp_path)]
    found = _judged(cases, pki, is_online=True)
    expected = {case.path.name: (case.indication, case.sub_indication) for case in cases}
    assert {name: (one.indication, one.sub_indication) for name, one in found.items()} == expected
