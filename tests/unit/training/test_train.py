"""A tiny run of the training: same computation as the shipped file, and a file that reads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from stages._networks import open_network
from stages.read.line_reader import LineReader
from stages.read.line_reader.crop import crop_line, pad_batch
from stages.read.line_reader.reader import MODEL_DIR
from stages.read.line_reader.recognise import Recogniser
from tests.unit.read_line_reader.drawing import draw_page
from training.calibrate import fit, reliability, right_words
from training.evaluate import edit_distance, score
from training.pages import TrainingLine
from training.shards import Shard

TEXTS = ["Căn cứ Luật Tổ chức chính quyền địa phương", "Số: 15/QĐ-UBND", "Nơi nhận:"]


def drawn_lines() -> list[TrainingLine]:
    """Return lines of a drawn page, cut where the detector finds them."""
    page = draw_page([(30.0, 40.0 + 12 * k, text) for k, text in enumerate(TEXTS)])
    boxes = sorted(LineReader().find_lines(page), key=lambda box: box.y0)
    maps = [np.rint(crop_line(page, box) * 255).astype(np.uint8) for box in boxes]
    return [TrainingLine(ink=ink, text=text) for ink, text in zip(maps, TEXTS, strict=True)]


def test_torch_computes_what_the_shipped_file_computes() -> None:
    """Logits of torch and onnxruntime agree within 1e-4 of their scale."""
    torch = pytest.importorskip("torch", reason="torch is for training only")
    pytest.importorskip("onnx", reason="onnx is for training only")
    from training import graph_file, network

    weights = graph_file.read_weights(MODEL_DIR / "rec.onnx")
    net = network.LineNetwork(weights["rec.head.bias"].shape[0])
    network.load_initialisers(net, weights)
    ink, widths = pad_batch([line.ink.astype(np.float32) / 255 for line in drawn_lines()])
    session = open_network(MODEL_DIR / "rec.onnx", keeps_memory=False)
    theirs, lengths = session.run(["logits", "lengths"], {"x": ink, "widths": widths})
    with torch.no_grad():
        ours, steps = net(torch.from_numpy(ink), torch.from_numpy(widths))
    assert steps.tolist() == lengths.tolist()
    for row, length in enumerate(lengths):
        assert np.abs(ours.numpy()[row, :length] - theirs[row, :length]).max() < 2e-4


def test_tiny_run_writes_a_model_that_reads(tmp_path: Path) -> None:
    """Two steps on drawn lines: the head is widened and the file still reads what it read."""
    pytest.importorskip("torch", reason="torch is for training only")
    pytest.importorskip("onnx", reason="onnx is for training only")
    from training import train

    lines = drawn_lines()
    Shard(folder=tmp_path, number=0).write(lines * 2)
    alphabet = [*json.loads((MODEL_DIR / "meta.json").read_text(encoding="utf-8"))["charset"], "☎"]
    (tmp_path / "alphabet.json").write_text(json.dumps(alphabet), encoding="utf-8")
    train.run(
        argparse.Namespace(
            lines=tmp_path,
            base=MODEL_DIR / "rec.onnx",
            meta=MODEL_DIR / "meta.json",
            out=tmp_path / "out",
            shards=1,
            first=0,
            every=1,
            rate=1e-5,
            warm_up=1,
            seed=1,
            threads=1,
            wait_s=1.0,
        )
    )
    recogniser = Recogniser(tmp_path / "out", threads=1, batch=4)
    assert len(recogniser.charset) == len(alphabet)
    answers = recogniser.answers([line.ink.astype(np.float32) / 255 for line in lines])
    read = [" ".join(word.text for word in recogniser.words_of(a)) for a in answers]
    assert score(list(zip(TEXTS, read, strict=True))).errors <= 2


def test_average_of_a_model_with_itself_is_the_model(tmp_path: Path) -> None:
    """The mean of equal weights is the weights, in a folder that the reader opens."""
    pytest.importorskip("onnx", reason="onnx is for training only")
    from training import average, graph_file

    average.average([MODEL_DIR, MODEL_DIR], tmp_path)
    old, new = (graph_file.read_weights(path / "rec.onnx") for path in (MODEL_DIR, tmp_path))
    assert all(np.allclose(old[name], new[name]) for name in old)
    assert Recogniser(tmp_path, threads=1, batch=1).charset


def test_edit_distance_counts_single_edits() -> None:
    """One substitution, one insertion, one deletion."""
    assert [edit_distance(a, b) for a, b in (("tổ", "tố"), ("a", "ab"), ("ab", "b"))] == [1, 1, 1]


def test_words_are_right_where_they_stand_in_the_truth() -> None:
    """A wrong word does not spoil its neighbours."""
    assert right_words("Căn cứ Luật", ["Căn", "cử", "Luật"]) == [True, False, True]


def test_calibration_learns_how_far_to_trust() -> None:
    """Words said with 0.9 that are right half the time come out near one half."""
    rng = np.random.default_rng(0)
    raw = [0.9] * 400 + [0.999] * 400
    right = [bool(rng.random() < 0.5) for _ in range(400)] + [True] * 400
    calibration = fit(raw, right)
    assert abs(calibration.probability(0.9) - 0.5) < 0.1
    table, error = reliability([calibration.probability(value) for value in raw], right)
    assert error < 0.05
    assert table.startswith("| confidence")
