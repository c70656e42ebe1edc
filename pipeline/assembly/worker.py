"""The engines of a page worker, built inside its fresh process from picklable options."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import cv2

from pipeline.engine.page_line import PageLine
from stages.extract.cover import read_cover
from stages.guard import StampFinder
from stages.inspect import FileInspector
from stages.inspect import Options as InspectOptions
from stages.layers import Options as LayersOptions
from stages.layers import PageLayerMaker
from stages.prepare import Options as PrepareOptions
from stages.prepare import PagePreparer
from stages.read import Options as ReadOptions
from stages.read import make_reader
from stages.stack import PageStackTools


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """All that a page worker needs to know."""

    inspect: InspectOptions
    prepare: PrepareOptions
    read: ReadOptions
    rules_dir: Path
    """Tables of marks (`config/rules`)."""
    layers: LayersOptions


def build_page_line(options: object) -> PageLine:
    """Build warm engines: one thread each, because pages already run in parallel.

    Raises:
        OperatorError: SYS-TOOL-MISSING, SYS-CONFIG.
    """
    if not isinstance(options, WorkerOptions):
        message = "a page worker is built from WorkerOptions"
        raise TypeError(message)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    reader = make_reader(options.read.engine, options.read)
    marks = StampFinder(options.rules_dir)
    return PageLine(
        inspector=FileInspector(options.inspect),
        preparer=PagePreparer(options.prepare),
        reader=reader,
        marks=marks,
        layers=PageLayerMaker(options=options.layers),
        stacks=PageStackTools(reader, marks, lambda page: bool(read_cover(page))),
    )
