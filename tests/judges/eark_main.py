"""Run eark-validator without the network and print its findings as JSON; a program of its own.

Version 1.1.3 fetches four vocabularies from the web when it is imported, although its wheel holds
the same files. They are handed to it from there.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

VOCABULARIES = Path("eark_validator/ipxml/resources/vocabs")


def main(installed: Path, packages: list[Path]) -> None:
    """Print one JSON object a package: structure, schema, and [severity, rule, place] of each."""
    sys.path.insert(0, str(installed))

    def from_wheel(uri: str) -> Any:
        return (installed / VOCABULARIES / uri.rsplit("/", 1)[1]).open("rb")

    urllib.request.urlopen = from_wheel
    from eark_validator.packages import PackageValidator  # type: ignore[import-not-found]

    for path in packages:
        report = PackageValidator(path).validation_report
        metadata = report.metadata
        messages = list(report.structure.messages)
        if metadata is not None:
            messages += [*metadata.schema_results.messages, *metadata.schematron_results.messages]
        found = {
            "package": path.name,
            "structure": report.structure.status.value,
            "schema": None if metadata is None else metadata.schema_results.status.value,
            "messages": [[one.severity.name, one.rule_id, one.message] for one in messages],
        }
        print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
