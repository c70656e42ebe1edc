"""Where everything lies. One data folder holds a run's whole state: two runs never meet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.settings.sources import SettingsFile

_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Absolute folders; nothing is made here."""

    data_dir: Path
    """State: ledger, store, quarantine, scratch, index, register, identity, output, logs."""
    watch_root: Path
    """Folder of the drop folders."""
    config_dir: Path
    """Shipped configuration: default.toml, folders/, rules/."""
    project_dir: Path
    """Folder of the code."""

    @classmethod
    def at(cls, data: Path | None = None, *, project: Path = _PROJECT) -> Layout:
        """Return the layout of a data folder.

        Args:
            data: the folder given by `--data`; everything that is written lies below it, the drop
                folders too. When None: `data` and `watch_folders` of the project.
            project: the project's folder.
        """
        data_dir = project / "data" if data is None else data.expanduser().absolute()
        watch_root = project / "watch_folders" if data is None else data_dir / "watch_folders"
        return cls(
            data_dir=data_dir,
            watch_root=watch_root,
            config_dir=project / "config",
            project_dir=project,
        )

    @property
    def store(self) -> Path:
        """Content-addressed files; the quarantine is their neighbour."""
        return self.data_dir / "store"

    @property
    def examples(self) -> Path:
        """Readings that a person confirmed or corrected, where they are kept."""
        return self.data_dir / "examples"

    @property
    def scratch(self) -> Path:
        """Short-lived folders of attempts."""
        return self.data_dir / "scratch"

    @property
    def parts(self) -> Path:
        """Documents cut out of stacks, until they are taken in."""
        return self.data_dir / "parts"

    @property
    def output(self) -> Path:
        """Results of `sohoa run`."""
        return self.data_dir / "output"

    @property
    def code_dirs(self) -> tuple[Path, ...]:
        """Folders that no drop folder may touch."""
        names = ("pipeline", "stages", "config", "bench", "training", "tests", "docs", ".venv")
        return tuple(self.project_dir / name for name in names)

    def settings_files(self, user: Path | None = None) -> tuple[SettingsFile, ...]:
        """Return the configuration files, weakest first.

        Args:
            user: the file given by `--config`, which must exist; when None, `sohoa.toml` in the
                data folder if there is one.
        """
        folders = sorted((self.config_dir / "folders").glob("*.toml"))
        return (
            SettingsFile(path=self.config_dir / "default.toml"),
            *(SettingsFile(path=path, below=("folders", path.stem)) for path in folders),
            SettingsFile(path=user or self.data_dir / "sohoa.toml", is_required=user is not None),
        )
