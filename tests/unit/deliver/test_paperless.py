"""paperless-ngx as no server should be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.model.errors import TransientError
from stages.deliver.http import Answer
from stages.deliver.paperless import PaperlessTarget


@dataclass
class Repeating:
    """Gives its first page whatever page is asked for, and says that another follows."""

    asked: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, **_: Any) -> Answer:
        """Answer."""
        self.asked.append(path)
        assert len(self.asked) < 10, "asked without end"
        said = {"results": [{"id": 7, "name": "sohoa", "custom_fields": []}], "next": "/2"}
        return Answer(status=200, body=json.dumps(said).encode(), where=f"{method} {path}")


def test_a_list_without_end_is_no_answer() -> None:
    """A proxy that drops the page's number must not hold the thread and fill the memory."""
    target = PaperlessTarget(caller=Repeating())  # type: ignore[arg-type]
    with pytest.raises(TransientError, match="a list without end"):
        list(target.held())
