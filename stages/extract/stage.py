"""Stage `extract`: the fields of a document with evidence and honest confidence.

Runs after `guard` and before anything is stored beyond the pages, because title, number, issuer and
date go into the PDF before it is sealed. At most 60 ms a document beyond reading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.codec import field_to_json
from pipeline.model.inward import MESSAGE_FIELDS
from pipeline.model.records import Field
from pipeline.model.stage import Done, Effect, StageResult, Work
from stages.extract.announced import with_announced
from stages.extract.cover import cover_to_json, read_cover
from stages.extract.fields import extract_fields
from stages.extract.rules import Rules, load_rules

_VIETNAM = dt.timezone(dt.timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What shapes extraction."""

    rules_dir: Path
    """Folder of the rule tables (`config/rules`)."""


@dataclass(frozen=True, kw_only=True)
class ExtractStage:
    """The stage; immutable and thread-safe."""

    options: Options
    rules: Rules = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the tables once.

        Raises:
            OperatorError: SYS-CONFIG.
        """
        object.__setattr__(self, "rules", load_rules(self.options.rules_dir))

    @property
    def name(self) -> str:
        """`extract`."""
        return "extract"

    @property
    def revision(self) -> int:
        """Raised with every change of the rules in code."""
        return 2

    @property
    def options_digest(self) -> str:
        """Digest of the rule files' content."""
        digest = hashlib.sha256()
        for path in sorted(self.options.rules_dir.iterdir()):
            if path.suffix in {".toml", ".txt"}:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """The pages with their words."""
        return frozenset({"pages"})

    @property
    def makes(self) -> frozenset[str]:
        """`fields`: the fields as JSON; of the cover of a dossier `cover` too."""
        return frozenset({"fields"})

    @property
    def effect(self) -> Effect:
        """Nothing outside is touched."""
        return Effect.PURE

    def run(self, work: Work) -> StageResult:
        """Return the fields found on the pages."""
        today = work.now.astimezone(_VIETNAM).date()
        fields = extract_fields(work.pages, self.rules, today=today)
        if MESSAGE_FIELDS in work.artifacts:
            said = json.loads(work.artifacts[MESSAGE_FIELDS].read_bytes())
            fields = with_announced(fields, said["fields"])
        made = {"fields": fields_to_json(fields)}
        cover = read_cover(work.pages[0]) if work.pages else ()
        if cover:
            made["cover"] = cover_to_json(cover)
        return Done(artifacts=made, fields=fields)


def fields_to_json(fields: tuple[Field, ...]) -> bytes:
    """Return fields as UTF-8 JSON, a list in the order of the model."""
    rows = [field_to_json(item) for item in fields]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
