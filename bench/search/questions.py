"""Known-item questions: somebody saw a document once and types what is remembered of it.

A question takes six to ten neighbouring words of a target's body or subject and grows word by word
until at most ten documents of the collection hold all of its words; or it is a code or a piece of
one that at most ten documents bear. The count is made here, over plain lower-case words, and not by
the search that is measured. So every question can be answered within ten hits.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.search.collection import Item
from bench.search.noise import without_tones, wrong_tones

ANSWERS_MAX = 10
_REMEMBERED = (6, 10)
"""Fewest and most words that people remember of a text."""
_WORDS_MAX = 14
_TRIES = 8
_WORD = re.compile(r"\w+")
_CODE_PARTS = re.compile(r"[/\-–]")


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, and the document that is looked for."""

    text: str
    target: str
    """Id of the document."""


class Holders:
    """Which documents hold which words."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the words of every document."""
        self._found: dict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(texts):
            for word in set(_WORD.findall(text.lower())):
                self._found[word].add(number)

    def count(self, words: Iterable[str]) -> int:
        """Return how many documents hold all of some words."""
        sets = sorted((self._found[word.lower()] for word in words), key=len)
        return len(set.intersection(*sets)) if sets else 0


def remembered(items: Sequence[Item], count: int) -> list[Question]:
    """Return questions in the words of a target: half from its body, half from its subject."""
    holders = Holders(_whole(item) for item in items)
    chance = random.Random("questions")
    order = [*range(len(items))]
    chance.shuffle(order)
    found: list[Question] = []
    for number in order:
        item = items[number]
        pages = item.entry.pages
        from_body = len(found) % 2 == 0
        source = chance.choice(pages) if from_body else item.entry.fields.get("subject", "")
        text = _grown(_WORD.findall(source), holders, chance)
        if text:
            found.append(Question(text, item.entry.document_id))
        if len(found) == count:
            break
    return found


def pieces_of_codes(items: Sequence[Item], count: int) -> list[Question]:
    """Return questions that are a code, typed in one of many ways, or a piece of it."""
    chance = random.Random("codes")
    coded = [item for item in items if item.entry.fields.get("code")]
    holders = Holders(_CODE_PARTS.sub(" ", item.entry.fields["code"]) for item in coded)
    order = [*range(len(coded))]
    chance.shuffle(order)
    found: list[Question] = []
    for at in order:
        code = coded[at].entry.fields["code"]
        parts = [part for part in _CODE_PARTS.split(code) if part]
        ways = [way for way in _WAYS if way(code, parts)]
        text = chance.choice(ways)(code, parts)
        words = _WORD.findall(_CODE_PARTS.sub(" ", text.replace("so:", "")))
        toned = [next((p for p in parts if without_tones(p).lower() == without_tones(w).lower()
                       or p.lstrip("0") == w.lstrip("0")), w) for w in words]  # fmt: skip
        if holders.count(toned) in range(1, ANSWERS_MAX + 1):
            found.append(Question(text, coded[at].entry.document_id))
        if len(found) == count:
            break
    return found


def typed_without_tones(questions: Iterable[Question]) -> list[Question]:
    """Return the questions as typed without tones."""
    return [Question(without_tones(one.text), one.target) for one in questions]


def typed_with_wrong_tones(questions: Iterable[Question]) -> list[Question]:
    """Return the questions with half of their tones wrong."""
    chance = random.Random("tones")
    return [Question(wrong_tones(one.text, chance), one.target) for one in questions]


def _grown(words: Sequence[str], holders: Holders, chance: random.Random) -> str:
    """Return neighbouring words that few documents hold; empty when there are none."""
    for _ in range(_TRIES):
        least = chance.randint(*_REMEMBERED)
        if len(words) < least:
            continue
        start = chance.randrange(len(words) - least + 1)
        for size in range(least, _WORDS_MAX + 1):
            chosen = words[start : start + size]
            if len(chosen) == size and holders.count(chosen) <= ANSWERS_MAX:
                return " ".join(chosen)
    return ""


def _whole(item: Item) -> str:
    return "\n".join((*item.entry.fields.values(), *item.entry.pages))


_WAYS: tuple[Callable[[str, list[str]], str], ...] = (
    lambda code, _: code,
    lambda code, _: without_tones(code).lower(),
    lambda _, parts: " ".join(parts),
    lambda _, parts: without_tones(" ".join(parts)),
    lambda _, parts: " ".join((*parts[1:], parts[0])),
    lambda _, parts: f"{'-'.join(parts[1:]).lower()} {parts[0]}",
    lambda _, parts: f"{parts[0]}/{parts[1]}" if len(parts) > 2 else "",
    lambda _, parts: f"{parts[0]} {parts[-1]}" if len(parts) > 2 else "",
    lambda code, _: f"so:{code}",
)
