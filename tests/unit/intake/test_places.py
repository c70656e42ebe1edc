"""Which folders may lie where, and on which mounts events are heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.intake.mounts import is_shared
from pipeline.intake.safety import check_folders
from pipeline.model.errors import OperatorError

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt rw - tmpfs tmpfs rw
31 30 0:41 / /mnt/may\\040quet rw shared:9 - cifs //scanner/out rw
32 30 0:42 / /mnt/nfs rw - nfs4 server:/x rw
33 30 0:43 / /mnt/ssh rw - fuse.sshfs me@host: rw
34 30 0:44 / /mnt/hidden rw - cifs //a/b rw
35 30 0:45 / /mnt/hidden rw - ext4 /dev/sdb1 rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/srv/den", False),
        ("/mnt/x", False),
        ("/mnt/may quet", True),
        ("/mnt/may quet/den/sub", True),
        ("/mnt/nfs/den", True),
        ("/mnt/ssh", True),
        ("/mnt/hidden/den", False),
    ],
)
def test_shares_are_known_by_their_file_system(path: str, shared: bool) -> None:
    """The deepest mount counts, and of two on one point the later."""
    assert is_shared(Path(path), mountinfo=MOUNTS) is shared


def test_this_machine_can_be_asked(tmp_path: Path) -> None:
    """Whatever it answers."""
    assert isinstance(is_shared(tmp_path), bool)


def faults(
    tmp_path: Path, drops: dict[str, str], results: dict[str, str], data: str = "data"
) -> list[str]:
    """Check an arrangement below a folder and return the report's lines."""
    options: dict[str, Any] = {
        "results": {name: tmp_path / path for name, path in results.items()},
        "data_dir": tmp_path / data,
        "state_dirs": [tmp_path / data / "store"],
        "code_dirs": [tmp_path / "pipeline"],
    }
    try:
        check_folders({name: tmp_path / path for name, path in drops.items()}, **options)
    except OperatorError as error:
        return error.detail.splitlines()
    return []


def test_the_default_arrangement_is_fine(tmp_path: Path) -> None:
    """Also with everything below the data folder."""
    results = {"den": "watch/ket-qua/den"}
    assert faults(tmp_path, {"den": "watch/den"}, results) == []
    assert faults(tmp_path, {"den": "data/watch/den"}, {"den": "data/watch/ket-qua"}) == []


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Results, data, code and other drop folders."""
    (tmp_path / "link").symlink_to(tmp_path / "den")
    lines = faults(
        tmp_path,
        {"den": "den", "inner": "den/a", "code": "pipeline/x", "store": "data/store", "all": "."},
        {"den": "link/xong"},
        data="data",
    )
    report = "\n".join(lines)
    for wanted in (
        "the drop folder den holds the results of den",
        "the drop folder all holds the data folder",
        "the drop folder code touches",
        "the drop folder store touches",
        "the drop folders den and inner overlap",
        "the drop folders all and den overlap",
    ):
        assert wanted in report


def test_a_link_hides_nothing(tmp_path: Path) -> None:
    """Two names of one folder are one folder."""
    (tmp_path / "den").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "den")
    assert faults(tmp_path, {"a": "den", "b": "link"}, {}) == ["the drop folders a and b overlap"]
