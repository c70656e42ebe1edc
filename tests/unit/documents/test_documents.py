"""Documents and code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.model import errors as tree
from pipeline.model.catalogue import CATALOGUE, Family
from scripts import documents

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("stages/**/*.py")]


def test_the_error_document_is_in_step() -> None:
    """docs/errors.md is what `make docs` makes."""
    assert documents.TARGET.read_text(encoding="utf-8") == documents.errors()


def test_every_code_that_is_raised_is_known_and_of_its_family() -> None:
    """A class of errors is raised with codes of its family only."""
    families = {
        name: getattr(tree, name).family.value
        for name in (
            "DocumentError",
            "InputError",
            "TransientError",
            "OperatorError",
            "ContractError",
        )
    }
    for path in SOURCES:
        for name, code in re.findall(
            r"\b(DocumentError|InputError|TransientError|OperatorError|ContractError)\(\s*\"([A-Z0-9-]+)\"",
            path.read_text(encoding="utf-8"),
        ):
            assert code in CATALOGUE, f"{path.name}: {code}"
            assert CATALOGUE[code].family.value == families[name], f"{path.name}: {code}"


def test_every_code_is_used() -> None:
    """No words are kept for what cannot happen."""
    text = "".join(
        path.read_text(encoding="utf-8") for path in SOURCES if path.name != "catalogue.py"
    )
    unused = [code for code in CATALOGUE if f'"{code}"' not in text]
    assert unused == []


def test_every_line_of_the_catalogue_speaks_both_languages() -> None:
    """Messages and remedies are there, end with a full stop, and the Vietnamese is Vietnamese."""
    for fault in CATALOGUE.values():
        for words in (fault.message_vi, fault.message_en, fault.remedy_vi, fault.remedy_en):
            assert words, fault.code
            assert words.rstrip().endswith((".", ")")), (fault.code, words)
        assert not fault.message_vi.isascii(), fault.code
        assert isinstance(fault.family, Family)


def test_the_shipped_settings_are_in_step() -> None:
    """config/default.toml is what `make docs` makes: every key, at its default."""
    assert documents.SETTINGS.read_text(encoding="utf-8") == documents.settings()


def test_the_example_of_a_target_is_in_step() -> None:
    """config/outbox.example.toml is what `make docs` makes."""
    assert documents.TARGETS.read_text(encoding="utf-8") == documents.targets()
