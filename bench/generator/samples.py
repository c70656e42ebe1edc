"""The fixed demo set: one scan for every thing sohoa must handle, with its truth.

`make run` makes it on a fresh machine, so it is small and quick. Scans lie in DIR/scans, the truth
in DIR/truth.jsonl, outside the folder that is dropped.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import cv2

from bench.generator.content import Wishes, compose
from bench.generator.files import (
    write_folder,
    write_image,
    write_pdf,
    write_tiff,
)
from bench.generator.model import DocumentTruth
from bench.generator.printer import PrintWishes
from bench.generator.scanner import ScanSettings
from bench.generator.studio import Scan, StudioWishes, make_scan
from bench.generator.truthfile import write_truths

_OFFICE = ScanSettings(blur_mm=0.04, noise=2.2, paper=(252, 251, 248), print_level=0.92,
                       jpeg_quality=80)  # fmt: skip
_PLAIN = StudioWishes()
_PRINTED = Wishes(number_style="printed", day_style="printed", month_style="printed", urgency="",
                  secrecy="", arrival=False, body_blocks=4, has_table=False)  # fmt: skip
_HAND = replace(_PRINTED, number_style="handwritten", day_style="handwritten")


def _as_pdf(path: Path, scan: Scan) -> None:
    write_pdf(path, list(scan.pages))


def _as_truncated_pdf(path: Path, scan: Scan) -> None:
    write_pdf(path, list(scan.pages))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 5])


def _as_tiff(path: Path, scan: Scan) -> None:
    write_tiff(path, list(scan.pages), compression="group4")


def _as_folder(path: Path, scan: Scan) -> None:
    write_folder(path, list(scan.pages))


def _as_image(path: Path, scan: Scan) -> None:
    write_image(path, scan.pages[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file of the demo set."""

    name: str
    note: str
    seed: int
    wishes: Wishes
    settings: ScanSettings = _OFFICE
    studio: StudioWishes = _PLAIN
    write: Callable[[Path, Scan], None] = _as_pdf
    is_broken: bool = False


SAMPLES: tuple[Sample, ...] = (
    Sample(
        name="01-quyet-dinh.pdf", note="decision, colour 300 dpi", seed=101,
        wishes=replace(_PRINTED, kind="province_committee", type_name="Quyết định"),
    ),
    Sample(
        name="02-cong-van-ba-trang.pdf", note="letter of three pages with a table", seed=102,
        wishes=replace(_PRINTED, kind="department_home", type_name="Công văn", body_blocks=26,
                       has_table=True),
    ),
    Sample(
        name="03-to-trinh-nguoc.pdf", note="page upside down", seed=103,
        wishes=replace(_PRINTED, kind="project_board", type_name="Tờ trình"),
        settings=replace(_OFFICE, rotation_deg=180),
    ),
    Sample(
        name="04-thong-bao-lech.pdf", note="skewed by 3.4 degrees", seed=104,
        wishes=replace(_PRINTED, kind="ward_committee", type_name="Thông báo"),
        settings=replace(_OFFICE, skew_deg=3.4),
    ),
    Sample(
        name="05-bao-cao-dau-den.pdf", seed=105,
        note="red seal over the signature, red ĐẾN stamp over the head",
        wishes=replace(_PRINTED, kind="department_finance", type_name="Báo cáo", arrival=True,
                       arrival_over_header=True),
    ),
    Sample(
        name="06-ke-hoach-200dpi.pdf", note="1-bit scan at 200 dpi", seed=106,
        wishes=replace(_PRINTED, kind="commune_committee", type_name="Kế hoạch"),
        settings=replace(_OFFICE, dpi=200, mode="bitonal", noise=3.0, threshold=150, skew_deg=0.4),
    ),
    Sample(
        name="07-huong-dan.tif", note="multi-page TIFF, G4", seed=107,
        wishes=replace(_PRINTED, kind="state_archives", type_name="Hướng dẫn", body_blocks=9),
        settings=replace(_OFFICE, dpi=300, mode="bitonal", noise=2.0, threshold=140),
        write=_as_tiff,
    ),
    Sample(
        name="08-nghi-quyet", note="folder of page images", seed=108,
        wishes=replace(_PRINTED, kind="province_council", type_name="Nghị quyết", body_blocks=6),
        settings=replace(_OFFICE, dpi=200, skew_deg=-0.5), write=_as_folder,
    ),
    Sample(
        name="09-quyet-dinh-viet-tay.pdf", seed=109,
        note="number and day by hand; blank back side",
        wishes=replace(_HAND, kind="department_education", type_name="Quyết định", body_blocks=2),
        studio=StudioWishes(blank_backs=True),
    ),
    Sample(
        name="10-cong-van-mat.pdf", note="marked MẬT", seed=110,
        wishes=replace(_PRINTED, kind="city_committee", type_name="Công văn", secrecy="MẬT"),
        studio=StudioWishes(look=PrintWishes(mark_tilt_deg=6.0)),
    ),
    Sample(
        name="11-chi-thi-hong.pdf", note="truncated PDF", seed=111,
        wishes=replace(_PRINTED, kind="province_committee", type_name="Chỉ thị"),
        write=_as_truncated_pdf, is_broken=True,
    ),
    Sample(
        name="13-cong-van-hoa-toc.pdf", note="HỎA TỐC; number and day by hand", seed=113,
        wishes=replace(_HAND, kind="ministry_home", type_name="Công văn", urgency="HỎA TỐC"),
        settings=replace(_OFFICE, skew_deg=-0.8),
    ),
    Sample(
        name="14-giay-moi.jpg", note="one JPEG page, gray", seed=114,
        wishes=replace(_PRINTED, kind="school", type_name="Giấy mời", body_blocks=3),
        settings=replace(_OFFICE, dpi=200, mode="gray", skew_deg=0.9), write=_as_image,
    ),
)  # fmt: skip
_COPY_OF, _COPY = "01-quyet-dinh.pdf", "12-quyet-dinh-ban-sao.pdf"


def write_samples(folder: Path, *, workers: int = 2) -> list[DocumentTruth]:
    """Write the demo set into `folder`/scans and its truth into `folder`/truth.jsonl."""
    scans = folder / "scans"
    scans.mkdir(parents=True, exist_ok=True)
    jobs = [(index, scans) for index in range(len(SAMPLES))]
    # Spawned: a fork of a process with threads (a test run, the demo) can hang for ever.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        truths = list(pool.map(_make, jobs))
    shutil.copyfile(scans / _COPY_OF, scans / _COPY)
    first = next(truth for truth in truths if truth.file.endswith(_COPY_OF))
    truths.append(
        replace(first, file=f"scans/{_COPY}", note=f"byte for byte the same as {_COPY_OF}",
                duplicate_of=first.file, expected_state="duplicate", allowed_states=("duplicate",))
    )  # fmt: skip
    truths.sort(key=lambda truth: truth.file)
    write_truths(folder / "truth.jsonl", truths)
    return truths


def _make(job: tuple[int, Path]) -> DocumentTruth:
    cv2.setNumThreads(1)
    index, scans = job
    sample = SAMPLES[index]
    scan = make_sample(sample)
    sample.write(scans / sample.name, scan)
    truth = replace(scan.truth, file=f"scans/{sample.name}", note=sample.note)
    if sample.is_broken:
        truth = replace(truth, expected_state="rejected", allowed_states=("rejected",))
    return truth


def make_sample(sample: Sample) -> Scan:
    """The pages of one demo scan, not yet written."""
    look = sample.studio.look or PrintWishes()
    look = replace(look, family="tinos")
    letter = compose(sample.seed, sample.wishes)
    return make_scan(letter, sample.settings, seed=sample.seed, preset="samples",
                     wishes=replace(sample.studio, look=look))  # fmt: skip
