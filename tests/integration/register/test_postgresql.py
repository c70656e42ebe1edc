"""The register on a PostgreSQL server as the configuration names it: outages, wrong passwords."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.assembly.bookkeeping import open_register
from pipeline.assembly.options import RegisterOptions, load_settings
from pipeline.model.errors import OperatorError, SohoaError, TransientError
from pipeline.settings.layout import Layout
from stages.register import BookKeeper
from tests.servers import postgres
from tests.unit.register.test_embedded import ENTRY


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """Give a running PostgreSQL that a test may stop."""
    with postgres.running() as cluster:
        yield cluster


def configured(cluster: postgres.Cluster, folder: Path, **changed: str) -> BookKeeper:
    """Open the register by configuration file and secret file."""
    secret = folder / "password"
    secret.write_text(f"{postgres.PASSWORD}\n", encoding="utf-8")
    values = {
        "engine": "postgresql",
        "port": str(cluster.port),
        "database": "",
        "user": postgres.USER,
        "password": f"file:{secret}",
    } | changed
    values["database"] = values["database"] or cluster.new_database().database
    environment = {f"SOHOA_REGISTER__{name.upper()}": value for name, value in values.items()}
    settings = load_settings(Layout.at(folder), user=None, environment=environment, overrides={})
    assert postgres.PASSWORD not in repr([*settings.items_in_force()])
    return open_register(settings.section("register", RegisterOptions), folder=folder)


def test_a_server_that_is_away_and_comes_back(cluster: postgres.Cluster, tmp_path: Path) -> None:
    """PORT-DOWN while it is away, cut off without a word; nothing lost, the series goes on."""
    register = configured(cluster, tmp_path)
    assert register.enter(ENTRY, key="k1").arrival_number == 1
    cluster.control("stop")
    try:
        for ask in (register.ping, lambda: register.enter(ENTRY, key="k2")):
            with pytest.raises(TransientError, match="PORT-DOWN"):
                ask()
    finally:
        cluster.control("start")
    assert register.find("k1") is not None
    assert register.enter(ENTRY, key="k2").arrival_number == 2
    assert "PostgreSQL 1" in register.ping()
    register.close()


def test_a_wrong_password_is_told_without_it(cluster: postgres.Cluster, tmp_path: Path) -> None:
    """The keeper reads what is wrong and the password nowhere."""
    register = configured(cluster, tmp_path, password="nhầm hoàn toàn")
    with pytest.raises(SohoaError) as caught:
        register.ping()
    assert "authentication failed" in caught.value.detail
    assert "nhầm" not in str(caught.value)
    register.close()


def test_a_reader_of_the_database_cannot_write(cluster: postgres.Cluster, tmp_path: Path) -> None:
    """A user without rights is the keeper's business, not time's."""
    database = cluster.new_database().database
    owner = configured(cluster, tmp_path, database=database)
    owner.enter(ENTRY, key="k1")
    cluster.sql(f"CREATE ROLE reader LOGIN PASSWORD '{postgres.PASSWORD}'", database="postgres")
    for table in ("entry", "correction", "handover", "handover_receipt", "status"):
        cluster.sql(f"GRANT SELECT ON {table} TO reader", database=database)
    cluster.sql("GRANT SELECT ON register_schema TO reader", database=database)
    reader = configured(cluster, tmp_path, user="reader", database=database)
    assert reader.find("k1") is not None
    with pytest.raises(OperatorError, match="SYS-PERMISSION"):
        reader.enter(ENTRY, key="k2")
    reader.close()
    owner.close()


def test_a_misspelt_book_is_refused_at_the_start(tmp_path: Path) -> None:
    """It would open a second series of arrival numbers without a word."""
    environment = {"SOHOA_FOLDERS__DEN__BOOK": "dne"}
    with pytest.raises(OperatorError, match="SYS-CONFIG") as caught:
        load_settings(Layout.at(tmp_path), user=None, environment=environment, overrides={})
    assert "folders.den.book" in caught.value.detail
    (tmp_path / "sohoa.toml").write_text('[register.books]\nmat = "Sổ văn bản mật"\n')
    settings = load_settings(
        Layout.at(tmp_path),
        user=None,
        environment={"SOHOA_FOLDERS__DEN__BOOK": "mat"},
        overrides={},
    )
    assert dict(settings.section("register", RegisterOptions).books) == {
        "den": "Sổ đăng ký văn bản đến",
        "luu-tru": "Sổ số hóa tài liệu lưu trữ",
        "mat": "Sổ văn bản mật",
    }
