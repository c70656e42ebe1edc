"""Sealing: what is added, what never changes, what stops the stage."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from numpy.typing import NDArray
from pyhanko.pdf_utils.reader import PdfFileReader

from pipeline.model.errors import ContractError, OperatorError
from pipeline.model.records import Box
from pipeline.model.stage import Done
from stages.sign import Options, Pkcs12Seal, SignStage, make_development_identity
from stages.sign.check import check_look, check_prefix, check_signature
from stages.sign.development import passphrase_file_of
from stages.sign.picture import draw_pages
from stages.sign.report import Verdict
from stages.sign.verify import verify
from tests.stages.archive.drawn import NOW, Sheet
from tests.stages.sign.sealing_bench import AGENCY, identity, pdfa_of, sign_work


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF/A of two pages."""
    second = Sheet(dpi=100)
    second.write("Trang hai", 30, 40)
    return pdfa_of(tmp_path_factory.mktemp("pdfa"), Sheet(dpi=100).letter(), second)


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The development identity."""
    return make_development_identity(
        tmp_path_factory.mktemp("identity") / "dev", valid_from=NOW - dt.timedelta(days=1)
    )


@pytest.fixture(scope="module")
def stage(development: Path) -> SignStage:
    """A stage with the development identity that compares all pages."""
    seal = Pkcs12Seal(development, passphrase_file=passphrase_file_of(development))
    return SignStage(provider=seal, options=Options(agency=AGENCY, look_all_pages=True))


def _sealed(done: Done) -> Path:
    sealed = done.artifacts["sealed"]
    assert isinstance(sealed, Path)
    return sealed


def _shown(data: bytes, number: int, *, dpi: float) -> NDArray[np.uint8]:
    document = pdfium.PdfDocument(data)
    document.init_forms()
    pixels = np.array(document[number].render(scale=dpi / 72).to_numpy())
    document.close()
    return pixels


def test_signature_is_pades_over_untouched_bytes(
    tmp_path: Path, stage: SignStage, pdfa: Path
) -> None:
    """ETSI.CAdES.detached, SHA-256, signing-certificate-v2, no signing-time attribute, /M set."""
    sealed = _sealed(stage.run(sign_work(tmp_path / "w", pdfa))).read_bytes()
    assert sealed.startswith(pdfa.read_bytes())
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures[0]
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.md_algorithm == "sha256"
    attributes = {item["type"].native for item in signature.signer_info["signed_attrs"]}
    assert "signing_certificate_v2" in attributes
    assert "signing_time" not in attributes
    assert signature.self_reported_timestamp == NOW


def test_page_looks_the_same_outside_the_box(tmp_path: Path, stage: SignStage, pdfa: Path) -> None:
    """0 pixels differ on any page outside the top right of page 1, and the box shows something."""
    before, after = pdfa.read_bytes(), None
    after = _sealed(stage.run(sign_work(tmp_path / "w", pdfa))).read_bytes()
    first, signed = (_shown(data, 0, dpi=150) for data in (before, after))
    rows, columns = np.nonzero(np.any(first != signed, axis=2))
    height, width = first.shape[:2]
    assert rows.size > 200
    assert rows.max() < height * 0.12
    assert columns.min() > width * 0.45
    assert np.array_equal(_shown(before, 1, dpi=150), _shown(after, 1, dpi=150))


def test_appearance_says_kind_agency_time_and_development(
    tmp_path: Path, stage: SignStage, pdfa: Path
) -> None:
    """The lines of ô 14 in order, in an embedded font, printed, no seal image."""
    done = stage.run(sign_work(tmp_path / "w", pdfa))
    assert [remark.code for remark in done.remarks] == ["SIGN-DEVELOPMENT"]
    with pikepdf.open(_sealed(done)) as pdf:
        widget = pdf.pages[0].Annots[0]
        assert int(widget.F) & 4  # Print (ISO 32000-1, table 165)
        form = widget.AP.N
        assert "/XObject" not in form.Resources
        font = form.Resources.Font["/F0"]
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
    text = _appearance_text(_sealed(done))
    assert text == ["CHỮ KÝ THỬ NGHIỆM", "SAO Y", AGENCY, "22/11/2026; 14:03:27 +07:00"]


def _appearance_text(path: Path) -> list[str]:
    """Return the lines of the widget's appearance by its own ToUnicode."""
    with pikepdf.open(path) as pdf:
        form = pdf.pages[0].Annots[0].AP.N
        cmap = form.Resources.Font["/F0"].ToUnicode.read_bytes().decode()
        letters = dict(
            tuple(part.strip("<>") for part in row.split())
            for row in cmap.splitlines()
            if row.startswith("<") and row.count("<") == 2 and row != "<0000> <ffff>"
        )
        shown = [
            bytes(operands[0])
            for operands, operator in pikepdf.parse_content_stream(form)
            if str(operator) == "Tj"
        ]
    return [
        "".join(
            bytes.fromhex(letters[code[i : i + 2].hex()]).decode("utf-16-be")
            for i in range(0, len(code), 2)
        )
        for code in shown
    ]


@pytest.mark.parametrize("kind", ["rsa-3072", "p-256"])
def test_other_keys_sign(tmp_path: Path, pdfa: Path, kind: str) -> None:
    """RSA above 2048 bits and ECDSA P-256; an agency's identity makes no remark."""
    key = (
        rsa.generate_private_key(65537, 3072)
        if kind == "rsa-3072"
        else ec.generate_private_key(ec.SECP256R1())
    )
    path = identity(tmp_path / "seal.p12", key=key)
    seal = Pkcs12Seal(path, passphrase_file=path.with_suffix(".pass"))
    done = SignStage(provider=seal).run(sign_work(tmp_path / "w", pdfa))
    assert done.remarks == ()
    report = verify(_sealed(done), trust=[path.with_suffix(".pem")])
    assert report.verdict is Verdict.VALID
    assert _appearance_text(_sealed(done))[0] == "SAO Y"


def test_poppler_calls_it_valid(tmp_path: Path, stage: SignStage, pdfa: Path) -> None:
    """Another implementation agrees: valid, whole document."""
    if shutil.which("pdfsig") is None:
        pytest.skip("no pdfsig (poppler-utils)")
    sealed = _sealed(stage.run(sign_work(tmp_path / "w", pdfa)))
    out = subprocess.run(["pdfsig", str(sealed)], capture_output=True, timeout=30, check=False)
    assert b"Signature is Valid" in out.stdout
    assert b"Total document signed" in out.stdout


def test_many_threads_sign_at_once(tmp_path: Path, stage: SignStage, pdfa: Path) -> None:
    """Document threads share the stage; every file comes out whole."""

    def seal(number: int) -> Path:
        return _sealed(stage.run(sign_work(tmp_path / str(number), pdfa)))

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(seal, range(8)))
    for path in sealed:
        check_signature(path.read_bytes())


def test_signature_moves_away_from_ink(tmp_path: Path, stage: SignStage) -> None:
    """A stamp at the top right: the next place in order is taken; ink everywhere is remarked."""
    stamped = Sheet(dpi=100)
    stamped.write("ĐẾN 15-03", 155, 12, size_pt=18, ink=(200, 30, 40))
    done = stage.run(sign_work(tmp_path / "w1", pdfa_of(tmp_path / "p1", stamped)))
    with pikepdf.open(_sealed(done)) as pdf:
        x0, _, x1, _ = (float(v) for v in pdf.pages[0].Annots[0].Rect)
    assert (x0 + x1) / 2 == pytest.approx(297.6, abs=1)
    full = Sheet(dpi=100)
    for row in range(5, 296, 5):
        full.write("chữ " * 30, 2, row)
    done = stage.run(sign_work(tmp_path / "w2", pdfa_of(tmp_path / "p2", full)))
    assert [remark.code for remark in done.remarks] == ["SIGN-DEVELOPMENT", "SIGN-OVER-INK"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_and_cropped_page_bears_it_upright(
    tmp_path: Path, stage: SignStage, pdfa: Path, turn: int
) -> None:
    """Whatever the page's rotation and crop box, the text stands top right as shown."""
    turned = tmp_path / "turned.pdf"
    with pikepdf.open(pdfa) as pdf:
        pdf.pages[0].Rotate = turn
        pdf.pages[0].cropbox = [20, 30, 560, 800]
        pdf.save(turned)
    done = stage.run(sign_work(tmp_path / "w", turned))
    before, after = (
        _shown(data, 0, dpi=72) for data in (turned.read_bytes(), _sealed(done).read_bytes())
    )
    rows, columns = np.nonzero(np.any(before != after, axis=2))
    height = before.shape[0]
    assert rows.max() - rows.min() < columns.max() - columns.min()
    assert rows.max() < height / 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"not_after": NOW - dt.timedelta(hours=1)}, "SIGN-EXPIRED"),
        (
            {
                "not_before": NOW + dt.timedelta(days=1),
                "not_after": NOW + dt.timedelta(days=9),
            },
            "SIGN-NOT-YET",
        ),
        ({"key": rsa.generate_private_key(65537, 1024)}, "SIGN-IDENTITY"),  # noqa: S505
        ({"is_for_signing": False}, "SIGN-USAGE"),
    ],
    ids=["expired", "not yet valid", "weak", "other usage"],
)
def test_unfit_identity_stops_the_stage(
    tmp_path: Path, pdfa: Path, change: dict[str, object], code: str
) -> None:
    """The keeper must act; nothing is sealed."""
    path = identity(tmp_path / "seal.p12", **change)  # type: ignore[arg-type]
    seal = Pkcs12Seal(path, passphrase_file=path.with_suffix(".pass"))
    with pytest.raises(OperatorError, match=code):
        SignStage(provider=seal).run(sign_work(tmp_path / "w", pdfa))


@pytest.mark.parametrize("fault", ["absent", "passphrase", "junk", "no passphrase file"])
def test_unreadable_identity_stops_the_stage(tmp_path: Path, pdfa: Path, fault: str) -> None:
    """SIGN-IDENTITY names the file and never the passphrase."""
    path = identity(tmp_path / "seal.p12")
    secret = path.with_suffix(".pass")
    if fault == "absent":
        path.unlink()
    elif fault == "passphrase":
        secret.write_bytes(b"sai roi")
    elif fault == "junk":
        path.write_bytes(b"\x30\x82junk")
    else:
        secret.unlink()
    with pytest.raises(OperatorError, match="SIGN-IDENTITY") as caught:
        SignStage(provider=Pkcs12Seal(path, passphrase_file=secret)).run(
            sign_work(tmp_path / "w", pdfa)
        )
    assert "sai roi" not in str(caught.value)
    assert "mat khau" not in str(caught.value)


def test_checks_find_what_signing_must_not_do(tmp_path: Path, stage: SignStage, pdfa: Path) -> None:
    """A changed byte, a bad signature and a changed page are each found."""
    before = pdfa.read_bytes()
    done = stage.run(sign_work(tmp_path / "w", pdfa))
    after = bytearray(_sealed(done).read_bytes())
    after[len(before) // 2] ^= 1
    with pytest.raises(ContractError, match="BUG-STAGE"):
        check_prefix(before, bytes(after))
    with pytest.raises(ContractError, match="BUG-STAGE"):
        check_signature(bytes(after))
    old = list(draw_pages(before, dpi=50, first_only=False))
    changed = [replace(old[0], pixels=old[0].pixels.copy()), old[1]]
    changed[0].pixels[-1, 0] ^= 255
    with pytest.raises(ContractError, match="BUG-APPEARANCE"):
        check_look(old, changed, _box_of(_sealed(done)))


def _box_of(path: Path) -> Box:
    with pikepdf.open(path) as pdf:
        height = float(pdf.pages[0].mediabox[3])
        x0, y0, x1, y1 = (float(v) for v in pdf.pages[0].Annots[0].Rect)
    return Box(x0=x0, y0=height - y1, x1=x1, y1=height - y0)
