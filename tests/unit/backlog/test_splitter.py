"""Stacks: looked at, cut, confirmed; killed anywhere, nothing is lost or doubled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline.backlog.feeder import Feeder, FeederOptions
from pipeline.backlog.progress import unended
from pipeline.backlog.scanning import drafts
from pipeline.backlog.splitter import Splitter, picture_path
from pipeline.intake.arrivals import Arrival, RefusedError
from pipeline.ledger.audited import promised_stacks, unnamed
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.batches import Batches
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.stacks import StackRow, Stacks
from pipeline.model.errors import DocumentError, InputError, TransientError
from pipeline.model.records import Document, MediaType
from pipeline.model.stacks import Doubt, PageGlance, PageSigns, Part, StackPlan, stacks_named
from pipeline.structure.records import Place
from tests.unit.backlog.test_backlog import NOW, Line, feeder, papers

_TEXTS: dict[str, str] = {}
"""Digest → text of a stack: the store of these tests."""


@dataclass
class Handles:
    """A stack is a text file, a page a letter of it; capitals begin documents, `?` is a doubt.

    `#` is the cover of a dossier.
    """

    dies_at: str = ""
    cuts: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def keep(self, arrival: Arrival) -> Document:
        """Keep the text."""
        data = arrival.path.read_bytes()
        if not data:
            raise RefusedError("DOC-EMPTY")
        digest = hashlib.sha256(data).hexdigest()
        _TEXTS[digest] = data.decode()
        return Document(id=digest, media_type=MediaType.PDF, size_bytes=len(data))

    def forget(self, document: Document) -> None:
        """Remember what was to be forgotten."""
        self.forgotten.append(document.id)

    def look(self, document: Document) -> Sequence[PageGlance]:
        """Tell letters by what `PageSigns` can carry: their code points as page numbers."""
        self._die("look")
        text = _TEXTS[document.id]
        if text == "broken":
            raise DocumentError("DOC-DAMAGED")
        return [
            PageGlance(signs=PageSigns(number=n, printed=ord(letter)), picture=letter.encode())
            for n, letter in enumerate(text, 1)
        ]

    def plan(self, stack: StackRow, signs: Sequence[PageSigns]) -> StackPlan:
        """Cut before capitals."""
        assert stack.state == "new"
        parts: list[Part] = []
        cover = 0
        letters = [(page.number, chr(page.printed or 0)) for page in signs]
        for number, letter in letters:
            cover = number if letter == "#" else cover
            if letter.isupper() or letter == "#" or not parts:
                parts.append(Part(pages=(number,), cover_page=cover))
            else:
                missing = (2,) if letter == "3" else ()
                parts[-1] = replace(parts[-1], pages=(*parts[-1].pages, number), missing=missing)
        doubts = [Doubt(code="STACK-DOUBTFUL", page=n) for n, letter in letters if letter == "?"]
        return StackPlan(parts=tuple(parts), doubts=tuple(doubts))

    def cut(self, document: Document, part: Part, target: Path) -> None:
        """Write the letters."""
        self._die(f"cut{len(self.cuts)}")
        self.cuts.append(target.name)
        target.write_text("".join(_TEXTS[document.id][number - 1] for number in part.pages))

    def extension(self, document: Document) -> str:
        """Parts are text files."""
        return ".txt"

    def _die(self, point: str) -> None:
        if point == self.dies_at:
            raise KeyboardInterrupt


@dataclass
class Table:
    """A batch, its stacks, and who works on them."""

    ledger: Ledger
    root: Path

    @property
    def batches(self) -> Batches:
        """The batches."""
        return Batches(self.ledger.engine)

    @property
    def stacks(self) -> Stacks:
        """The stacks."""
        return Stacks(self.ledger.engine)

    def add(self, *names: str) -> int:
        """Add stacks whose bytes are their names, without underscores."""
        for name in names:
            (self.root / "in").mkdir(exist_ok=True)
            (self.root / "in" / f"{name}.txt").write_text(name.strip("_"))
        found = drafts(self.root / "in", levels=(), is_folder_document=False)
        return self.stacks.add("lo1", found, piles="")

    def splitter(self, handles: Handles) -> Splitter:
        """Return who works on them."""
        return Splitter(
            batches=self.batches,
            stacks=self.stacks,
            handles=handles,
            parts_dir=self.root / "parts",
            clock=lambda: NOW,
        )

    def feed(self, line: Line) -> list[str]:
        """Take all papers in; return their files' names."""
        feeder = Feeder(
            batches=self.batches,
            takes_in=line,
            options=FeederOptions(window=50, priority=50),
            wake=lambda: None,
            hold=line.hold,
            clock=lambda: NOW,
            parts_dir=self.root / "parts",
        )
        while feeder.step():
            pass
        return line.taken


def work(splitter: Splitter) -> None:
    """Let it do all there is."""
    while splitter.step():
        pass


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    made = Table(ledger, tmp_path)
    made.batches.create("lo1", {})
    yield made
    ledger.close()


def test_a_sure_stack_becomes_papers_and_these_documents(table: Table) -> None:
    assert table.add("AbBcc") == 1
    splitter = table.splitter(Handles())
    work(splitter)
    line = Line(table.ledger)
    assert table.feed(line) == ["AbBcc tr.1-2.txt", "AbBcc tr.3-5.txt"]
    splitter.sweep()
    assert not list((table.root / "parts").iterdir())
    items = list(table.batches.items("lo1"))
    digest = hashlib.sha256(b"AbBcc").hexdigest()
    assert [item.stack_digest for item in items] == [digest, digest]
    assert [item.part and item.part.pages for item in items] == [(1, 2), (3, 4, 5)]
    assert table.stacks.counts("lo1") == {"cut": 1}
    document = items[1].document_id or ""
    remark = next(iter(History(table.ledger.engine).remarks(document)))
    assert (remark.code, remark.facts["stack"], remark.facts["pages"]) == (
        "STACK-PART",
        digest,
        "3, 4, 5",
    )
    assert stacks_named(History(table.ledger.engine).remarks(document)) == (digest,)
    assert [one.digest for one in promised_stacks(table.ledger.engine)] == [digest]
    assert not unnamed(table.ledger.engine, [digest])


@pytest.mark.parametrize("point", ["look", "cut0", "cut1"])
def test_killed_anywhere_it_comes_to_the_same(table: Table, point: str) -> None:
    table.add("AbBcc")
    dying = table.splitter(Handles(dies_at=point))
    with pytest.raises(KeyboardInterrupt):
        work(dying)
    assert not list(table.batches.items("lo1"))
    work(table.splitter(Handles()))
    assert table.feed(Line(table.ledger)) == ["AbBcc tr.1-2.txt", "AbBcc tr.3-5.txt"]


def test_a_feeder_killed_before_its_row_takes_the_part_once(table: Table) -> None:
    table.add("AbB")
    splitter = table.splitter(Handles())
    work(splitter)
    line = Line(table.ledger, is_dying=True)
    with pytest.raises(KeyboardInterrupt):
        table.feed(line)
    line.is_dying = False
    table.feed(line)
    states = [item.state for item in table.batches.items("lo1")]
    assert states == ["entered", "entered"]
    assert len(History(table.ledger.engine).jobs(limit=10)) == 2


def test_a_doubtful_stack_waits_and_is_cut_as_a_person_says(table: Table) -> None:
    table.add("Ab?d")
    handles = Handles()
    splitter = table.splitter(handles)
    assert splitter.step()
    assert not splitter.step()
    (waiting,) = table.stacks.waiting()
    assert unended(table.batches, "lo1") == 1
    assert (waiting.code, waiting.plan and waiting.plan.doubts[0].page) == ("STACK-DOUBTFUL", 3)
    assert not handles.cuts
    picture = picture_path(table.root / "parts", waiting.id, 2)
    assert picture.read_bytes() == b"b"
    plan = StackPlan(parts=(Part(pages=(2, 1), turns_deg=(180, 0)), Part(pages=(4,))), dropped=(3,))
    table.stacks.confirm(waiting.id, plan, person="lan")
    assert splitter.step()
    assert handles.cuts == ["Ab?d tr.2-1.txt", "Ab?d tr.4-4.txt"]
    splitter.sweep()
    assert not picture.exists()
    with pytest.raises(InputError):
        table.stacks.confirm(waiting.id, plan, person="lan")


@pytest.mark.parametrize(("name", "code"), [("broken", "DOC-DAMAGED"), ("_", "DOC-EMPTY")])
def test_what_cannot_be_cut_says_why_and_is_tried_again(table: Table, name: str, code: str) -> None:
    table.add(name)
    assert table.splitter(Handles()).step()
    assert [row.code for row in table.stacks.noted("lo1")] == [code]
    assert table.add() == 1
    assert table.stacks.counts("lo1") == {"new": 1}


def test_a_fault_of_the_disk_leaves_the_stack_as_it_is(table: Table) -> None:
    table.add("AbB")
    splitter = table.splitter(Handles())
    assert splitter.step()
    (table.root / "parts").write_text("in the way")
    with pytest.raises(TransientError):
        splitter.step()
    assert table.stacks.counts("lo1") == {"planned": 1}
    (table.root / "parts").unlink()
    work(splitter)
    assert table.stacks.counts("lo1") == {"cut": 1}


def test_the_same_bytes_under_another_name_are_cut_once(table: Table) -> None:
    table.add("AbB", "AbB_")
    handles = Handles()
    splitter = table.splitter(handles)
    work(splitter)
    assert [row.code for row in table.stacks.noted("lo1")] == ["STACK-DOUBLED"]
    assert handles.forgotten == [hashlib.sha256(b"AbB").hexdigest()]


def test_a_list_says_the_dossier_of_a_stack_until_it_is_cut(table: Table) -> None:
    """It replaces what folders said; of a stack that was cut it changes nothing, and says so."""
    table.add("AbB")
    path = str(table.root / "in" / "AbB.txt")
    known = ItemDraft(path=path, dossier={"notation": "H05", "title": "Hồ sơ"}, is_listed=True)
    assert table.stacks.add("lo1", [known], piles="") == 1
    work(table.splitter(Handles()))
    assert [item.dossier["title"] for item in table.batches.items("lo1")] == ["Hồ sơ", "Hồ sơ"]
    assert table.stacks.add("lo1", [known], piles="") == 0
    assert table.stacks.counts("lo1") == {"cut": 1}


def test_a_cover_begins_a_dossier_unless_it_is_that_of_the_folder(table: Table) -> None:
    """Two covers part a stack in two dossiers; a single one is of the dossier that is known."""
    folder = table.root / "in"
    papers(folder, "#Ab#B", "h1/#AbB")
    found = drafts(folder, levels=(), is_folder_document=False)
    table.stacks.add("lo1", found, piles="")
    work(table.splitter(Handles()))
    items = list(table.batches.items("lo1"))
    places = [
        [Place.of_key(item.place).notation for item in items if name in item.path]
        for name in ("in/#Ab#B", "in/h1/")
    ]
    two = table.stacks.stack(1).id if "h1" not in table.stacks.stack(1).path else 2
    assert places[0] == [f"#Ab#B tr.{page} #{two}" for page in (1, 1, 4, 4)]
    assert places[1] == ["h1", "h1", "h1"]
    known = [item.dossier for item in items]
    assert known.count({}) == 4, "their number is told by their covers"


def test_stacks_of_a_folder_that_grows_become_stacks(table: Table) -> None:
    """As the last word says; until a scan has settled the folder is not done."""
    root = table.root / "may-quet"
    papers(root, "1.pdf")
    table.batches.add_growing("lo1", path=str(root), levels="")
    table.batches.add_growing("lo1", path=str(root), levels="", is_stacks=True, piles="reversed")
    feeding = feeder(table.batches, Line(table.ledger), give_up_s=0.0)
    feeding.step()
    assert feeding.is_settling()
    feeding.step()
    assert not feeding.is_settling()
    made = table.stacks.next(["lo1"])
    assert made is not None
    assert (made.path, made.piles) == (str(root / "1.pdf"), "reversed")
    assert not list(table.batches.items("lo1"))


def test_a_paused_batch_is_not_looked_at(table: Table) -> None:
    table.add("AbB")
    table.batches.pause("lo1", is_paused=True)
    assert not table.splitter(Handles()).step()


def test_a_lost_sheet_is_told_of_its_document(table: Table) -> None:
    table.add("Ab3")
    splitter = table.splitter(Handles())
    work(splitter)
    table.feed(Line(table.ledger))
    (item,) = table.batches.items("lo1")
    told = {
        one.code: one.facts for one in History(table.ledger.engine).remarks(item.document_id or "")
    }
    assert told["STACK-GAP"] == {"missing": "2"}
