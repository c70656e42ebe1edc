"""`sohoa outbox …`: what is pushed onward, from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from pipeline.assembly.house import House
from pipeline.assembly.outbox_desk import TROUBLED, reconciled, route_of
from pipeline.assembly.register_commands import Add
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import InputError
from pipeline.outbox.reconcile import Reconciliation
from pipeline.outbox.service import Route

_GOOD, _BAD = 0, 1


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `outbox` with its own commands."""
    parser = commands_of.add_parser(
        "outbox", help="see, push, replay and reconcile what goes to other systems"
    )
    parts = parser.add_subparsers(metavar="PART", required=True)
    one = add(parts, "status", "what was sent, waits, was refused or given up, by target", status)
    one.add_argument("target", nargs="?", metavar="TARGET", help="a name of [outbox.<name>]")
    one.add_argument("--limit", type=int, default=20, metavar="N", help="parcels shown")
    one.add_argument("--json", action="store_true", help="one JSON object a parcel")
    one = add(parts, "push", "send now what is due; `sohoa watch` does it by itself", push)
    one.add_argument("target", nargs="?", metavar="TARGET")
    one = add(parts, "replay", "let parcels be tried again; the target is asked first", replay)
    one.add_argument("target", metavar="TARGET")
    one.add_argument("ids", nargs="*", metavar="ID", help="document ids, or their first letters")
    what = one.add_mutually_exclusive_group()
    what.add_argument("--poison", action="store_true", help="what was given up")
    what.add_argument("--refused", action="store_true", help="what was refused")
    what.add_argument("--missing", action="store_true", help="sent, but not there (asks)")
    what.add_argument("--all", action="store_true", help="everything")
    one = add(parts, "statuses", "take what the axis says became of documents", statuses)
    one.add_argument("target", metavar="TARGET")
    one = add(parts, "take", "fetch messages that wait, and tell their senders", take)
    one.add_argument("target", metavar="TARGET")
    one = add(parts, "recall", "ask back what was sent over the axis (status 13)", recall)
    one.add_argument("target", metavar="TARGET")
    one.add_argument("id", metavar="ID", help="document id, or its first letters")
    one.add_argument("--reason", required=True, metavar="TEXT", help="what the receiver is told")
    one = add(parts, "calls", "what was done about one document", calls)
    one.add_argument("target", metavar="TARGET")
    one.add_argument("id", metavar="ID", help="document id, or its first letters")
    one = add(parts, "reconcile", "compare both sides and tell what differs", reconcile_)
    one.add_argument("target", nargs="?", metavar="TARGET")
    one.add_argument("--json", action="store_true", help="one JSON object a target")


def _routes(house: House, name: str | None) -> Sequence[Route]:
    return tuple(house.routes.values()) if name is None else (route_of(house, name),)


def status(options: argparse.Namespace) -> int:
    """`sohoa outbox status`: 1 when something needs a person."""
    is_troubled = False
    with House.open(options.data, config=options.config) as house:
        for route in _routes(house, options.target):
            name = route.delivery.name
            route.fill()
            counts = house.outbox.counts(name)
            is_troubled |= any(counts.get(state) for state in TROUBLED)
            rows = house.outbox.parcels(name, limit=options.limit)
            if options.json:
                for row in rows:
                    print(json.dumps(dataclasses.asdict(row), ensure_ascii=False, default=str))
                continue
            print(f"{name}  " + "  ".join(f"{state}: {n}" for state, n in sorted(counts.items())))
            for row in rows:
                why = "" if row.code is None else f"{row.code} {CATALOGUE[row.code].message_vi}"
                print(
                    f"  {row.document_id[:12]}  {row.state:<8} {row.tries:>3}  "
                    f"{row.external_id or ''}  {why} {row.detail}".rstrip()
                )
    return _BAD if is_troubled else _GOOD


def push(options: argparse.Namespace) -> int:
    """`sohoa outbox push`: 1 when something did not arrive."""
    is_good = True
    with House.open(options.data, config=options.config) as house:
        for route in _routes(house, options.target):
            tried = route.push()
            counts = house.outbox.counts(route.delivery.name)
            unsent = {state: n for state, n in counts.items() if state != "sent"}
            is_good &= not unsent
            facts = "  ".join(f"{state}: {n}" for state, n in sorted(counts.items()))
            print(f"{route.delivery.name}  tried: {tried}  {facts}")
    return _GOOD if is_good else _BAD


def replay(options: argparse.Namespace) -> int:
    """`sohoa outbox replay TARGET …`: what to replay must be said."""
    states = [name for name in TROUBLED if getattr(options, name)]
    if not (options.ids or states or options.missing or options.all):
        raise InputError("INPUT-OUTBOX-REPLAY")
    with House.open(options.data, config=options.config) as house:
        (route,) = _routes(house, options.target)
        ids = [row.id for prefix in options.ids for row in house.history.find(prefix.lower())]
        if options.missing:
            missing = [row.document_id for row in reconciled(house, route).missing]
            ids = [one for one in missing if one in ids] if options.ids else missing
        count = 0
        # No ids mean all to the outbox; ids that were named and not found mean none.
        if ids or not (options.ids or options.missing):
            count = house.outbox.replay(options.target, document_ids=ids, states=states)
    print(f"{options.target}  {count}")
    return _GOOD if count or not options.ids else _BAD


def statuses(options: argparse.Namespace) -> int:
    """`sohoa outbox statuses TARGET`: each status becomes a row of its document's calls."""
    from pipeline.assembly.targets import Statuses  # HTTP and XML, only where they serve

    with House.open(options.data, config=options.config) as house:
        (route,) = _routes(house, options.target)
        print(f"{options.target}  {Statuses(route.delivery).take()}")
    return _GOOD


def take(options: argparse.Namespace) -> int:
    """`sohoa outbox take TARGET`: what `watch` does every five minutes."""
    with House.open(options.data, config=options.config) as house:
        (route,) = _routes(house, options.target)
        if not house.settings["outbox"][options.target].takes or route.news is None:
            raise InputError("INPUT-OUTBOX-TAKES", detail=options.target)
        count = route.news()
        counts = house.inbox.counts(options.target)
        facts = "  ".join(f"{state}: {n}" for state, n in sorted(counts.items()))
        print(f"{options.target}  {count}  {facts}".rstrip())
    return _GOOD


def recall(options: argparse.Namespace) -> int:
    """`sohoa outbox recall TARGET ID`: 1 when none of that id was sent there."""
    from pipeline.assembly.targets import recall as ask_back  # HTTP and XML, only where they serve

    count = 0
    with House.open(options.data, config=options.config) as house:
        (route,) = _routes(house, options.target)
        for job in house.history.find(options.id.lower()):
            row = house.outbox.parcel(options.target, job.id)
            if row is not None and row.state == "sent":
                print(f"{job.id[:12]}  13  {ask_back(route.delivery, row, options.reason)}")
                count += 1
    return _GOOD if count else _BAD


def calls(options: argparse.Namespace) -> int:
    """`sohoa outbox calls TARGET ID`: intent, call, receipt, as they happened."""
    with House.open(options.data, config=options.config) as house:
        _routes(house, options.target)
        for job in house.history.find(options.id.lower()):
            for call in house.outbox.calls(options.target, job.id):
                at = f"{call.at.astimezone():%Y-%m-%d %H:%M:%S}"
                print(f"{job.id[:12]}  {at}  {call.action:<10} {call.code or ''} {call.detail}")
    return _GOOD


def reconcile_(options: argparse.Namespace) -> int:
    """`sohoa outbox reconcile`: 1 when the two sides differ."""
    is_even = True
    with House.open(options.data, config=options.config) as house:
        for route in _routes(house, options.target):
            route.fill()
            found = reconciled(house, route)
            is_even &= found.is_even
            if options.json:
                print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, default=str))
            else:
                _tell(found)
    return _GOOD if is_even else _BAD


def _tell(found: Reconciliation) -> None:
    print(f"{found.target}  có ở đó / held: {found.held}  khớp / agreed: {found.agreed}")
    groups = (
        ("đã gửi mà không còn ở đó / sent, not there", found.missing),
        ("có ở đó, chưa có biên nhận / there, no receipt yet", found.unconfirmed),
        ("chưa gửi được / not sent", found.open),
    )
    for words, rows in groups:
        for row in rows:
            print(f"  {words}: {row.document_id[:12]} {row.state} {row.code or ''}".rstrip())
    for row, name in found.other_name:
        print(f"  khác tên / other name: {row.document_id[:12]} {row.external_id} ≠ {name}")
    for one in found.foreign:
        print(f"  có ở đó, không có ở đây / there, unknown here: {one.external_id} {one.key[:12]}")
