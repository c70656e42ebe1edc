"""The REST contract as written is what adapter and reference registry speak."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from pipeline.ledger.ledger import Ledger
from stages.deliver.http import Caller
from stages.deliver.rest import RestTarget, record
from stages.register.lengths import ANNEX_VI
from tests.servers import registry as registry_server
from tests.servers.misbehaving import Plan
from tests.unit.outbox.made import Archive

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "registry-openapi.json").read_text("utf-8")
)
SCHEMAS = DOCUMENT["components"]["schemas"]
LOGIN = {"Authorization": f"Bearer {registry_server.TOKEN}"}


def fits(value: object, name: str) -> None:
    """Fail unless a value is of a schema of the contract."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema.validate(value, schema)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give an archive."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    yield Archive(folder=tmp_path, ledger=ledger)
    ledger.close()


@pytest.fixture
def registry() -> Iterator[tuple[str, Any]]:
    """Give the reference registry."""
    with registry_server.running(Plan()) as running:
        yield running


def test_the_record_is_of_the_contract(archive: Archive) -> None:
    """What sohoa sends; the fields of the annex are all there, with their lengths."""
    fits(record(archive.finish()), "Record")
    annex = SCHEMAS["Record"]["properties"]["annex_vi"]
    assert annex["required"] == [one.code for one in ANNEX_VI]
    lengths = {name: one.get("maxLength") for name, one in annex["properties"].items()}
    assert lengths == {one.code: one.length for one in ANNEX_VI}


def test_every_answer_of_the_reference_is_of_the_contract(
    archive: Archive, registry: tuple[str, Any]
) -> None:
    """Each operation, each status that the document names and the reference can give."""
    address, _ = registry
    parcel = archive.finish()
    caller = Caller(url=address, headers=LOGIN, timeout_s=5.0)
    target = RestTarget(caller=caller)
    target.send(parcel)
    seen = set()

    def ask(operation: str, method: str, path: str, **more: Any) -> Any:
        headers = LOGIN | more.pop("headers", {})
        answer = httpx.request(method, address + path, headers=headers, trust_env=False, **more)
        paths = DOCUMENT["paths"]
        named = next(
            one[method.lower()]
            for one in paths.values()
            if one.get(method.lower(), {}).get("operationId") == operation
        )
        content = named["responses"][str(answer.status_code)]["content"]["application/json"]
        fits(answer.json(), content["schema"]["$ref"].rsplit("/", 1)[1])
        seen.add((operation, answer.status_code))
        return answer.json()

    told = record(parcel)

    def create(
        key: str = parcel.key, file: bytes = parcel.pdf.read_bytes(), **changed: object
    ) -> None:
        form = {"record": json.dumps(told | {"key": key} | changed)}
        files = {"file": ("x.pdf", file, "application/pdf")}
        head = {"Idempotency-Key": key}
        ask("create", "POST", "/v1/documents", headers=head, data=form, files=files)

    ask("health", "GET", "/v1/health")
    create()
    create(key="a" * 64)
    create(key="nhầm"[:1])
    create(file=b"%PDF other", sha256=hashlib.sha256(b"%PDF other").hexdigest())
    create(key="b" * 64, file=b"no pdf")
    create(key="c" * 64, sha256="0" * 64)
    ask("find", "GET", f"/v1/documents/by-key/{parcel.key}")
    assert ask("find", "GET", "/v1/documents/by-key/" + "d" * 64) == {"error": "unknown-key"}
    page = ask("list", "GET", "/v1/documents?limit=1")
    assert page["next"] is not None
    ask("list", "GET", f"/v1/documents?limit=1&after={page['next']}")
    ask("list", "GET", "/v1/documents?after=x")
    ask("find", "GET", f"/v1/documents/by-key/{parcel.key}", headers={"Authorization": "x"})
    assert seen == {
        ("health", 200), ("create", 200), ("create", 201), ("create", 400), ("create", 409),
        ("create", 415), ("create", 422), ("find", 200), ("find", 404), ("find", 401),
        ("list", 200), ("list", 400),
    }  # fmt: skip
    assert {one.key for one in target.held()} == {parcel.key, "a" * 64}
