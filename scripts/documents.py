"""Make what follows from code: docs/errors.md, config/default.toml. Run as `make docs`.

A test compares the file with what this prints, so that words and code stay in step.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from pipeline.access.door import Door
from pipeline.assembly.house import House
from pipeline.assembly.onward import TargetOptions
from pipeline.assembly.options import SECTIONS
from pipeline.assembly.standing import Standing
from pipeline.model.catalogue import CATALOGUE, Family
from pipeline.settings.describe import DEFAULT_HEADING, render, render_table
from pipeline.web.app import create_app
from pipeline.web.openapi import description

_ROOT = Path(__file__).resolve().parent.parent
TARGET = _ROOT / "docs" / "errors.md"
SETTINGS = _ROOT / "config" / "default.toml"
INTERFACE = _ROOT / "docs" / "openapi.json"
TARGETS = _ROOT / "config" / "outbox.example.toml"

_FAMILIES = {
    Family.DOCUMENT: "The sender must act: the document is refused, a note lies beside it",
    Family.INPUT: "The person at the desk must act: nothing was changed",
    Family.TRANSIENT: "Time: tried again by itself",
    Family.OPERATOR: "The keeper must act; documents wait, nothing is lost",
    Family.CONTRACT: "A fault of ours: the job halts, the original is safe",
    Family.REMARK: "No error: something to know of a document that goes on",
}


def errors() -> str:
    """Return docs/errors.md."""
    lines = [
        "# Codes",
        "",
        "Every code that sohoa shows, with its words and its remedy. Made from "
        "`pipeline/model/catalogue.py` by `make docs`.",
    ]
    for family, heading in _FAMILIES.items():
        lines += [
            "",
            f"## {heading}",
            "",
            "| code | tiếng Việt | English | remedy |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{fault.code}` | {fault.message_vi} {fault.remedy_vi} | {fault.message_en} "
            f"| {fault.remedy_en} |"
            for fault in sorted(CATALOGUE.values(), key=lambda fault: fault.code)
            if fault.family is family
        ]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Return config/default.toml."""
    sections = {name: kind for name, kind in SECTIONS.items() if not name.endswith(".*")}
    return render(sections, heading=DEFAULT_HEADING)


TARGETS_HEADING = """\
Mẫu một nơi nhận: chép vào `sohoa.toml` trong thư mục dữ liệu, dưới [outbox.<tên>].

Example of one target that finished documents are pushed to (docs/outbox.md): copy what is needed
into `sohoa.toml` in the data folder, below a heading [outbox.<name>]. This file itself is not read;
it is made from the options class, and a test compares them."""


def targets() -> str:
    """Return config/outbox.example.toml."""
    return render_table(TargetOptions, heading=TARGETS_HEADING)


def interface() -> str:
    """Return docs/openapi.json: the page's interface for programs."""
    with (
        tempfile.TemporaryDirectory() as folder,
        House.open(Path(folder), environment={}) as house,
        Door.open(Path(folder)) as door,
    ):
        standing = Standing(house)
        app = create_app(
            standing.desk(),
            door=door,
            registry=standing.registry(),
            backlog=standing.backlog(),
            sending=standing.sending(),
        )
        return json.dumps(description(app), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(errors(), encoding="utf-8")
    TARGETS.write_text(targets(), encoding="utf-8")
    INTERFACE.write_text(interface(), encoding="utf-8")
    SETTINGS.write_text(settings(), encoding="utf-8")
