"""`sohoa …`: the command line. Parses and hands over; decides nothing.

Exit codes: 0 well, 1 something needs a person, 2 wrong use or configuration, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.assembly import (
    audit_command,
    batch_commands,
    commands,
    outbox_commands,
    register_commands,
    renew_command,
    reprocess_command,
    review_commands,
    stack_commands,
    user_commands,
)
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import SohoaError
from pipeline.model.search import SortOrder

_USE = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    # They log every certificate without a trusted root as a fault; the report says it in words.
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # `sohoa status | head` closed the pipe: no complaint
        return 0
    except SohoaError as error:
        _complain(error)
        return _USE


def _complain(error: SohoaError) -> None:
    fault = CATALOGUE[error.code]
    print(f"{error.code}: {fault.message_vi} / {fault.message_en}", file=sys.stderr)
    if error.detail:
        print(error.detail, file=sys.stderr)
    print(f"→ {fault.remedy}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sohoa",
        description="Từ tờ giấy qua máy quét đến sổ đăng ký: quét → đọc → PDF/A ký số → tra cứu → "
        "sổ văn bản đến. / From the scanner to the register.",
        epilog="Tài liệu / documents: README.md, docs/commands.md",
    )
    commands_of = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        _watch,
        _run,
        _status,
        _explain,
        _retry,
        _search,
        _reindex,
        _verify,
        _renew,
        _audit,
        _reprocess,
        _doctor,
        _serve,
    ):
        add(commands_of)
    review_commands.add_parsers(commands_of, _add)
    register_commands.add_parsers(commands_of, _add)
    outbox_commands.add_parsers(commands_of, _add)
    batch_commands.add_parsers(commands_of, _add)
    stack_commands.add_parsers(commands_of, _add)
    user_commands.add_parsers(commands_of, _add)
    return parser


def _add(commands_of: Any, name: str, help_: str, call: Callable[[argparse.Namespace], int]) -> Any:
    parser = commands_of.add_parser(name, help=help_, description=help_)
    parser.set_defaults(command=call)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder that holds the whole state: ledger, store, index, register, results, "
        "development identity (default: data/ beside the program)",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="further settings (TOML), over config/default.toml; see that file for every key",
    )
    return parser


def _watch(commands_of: Any) -> None:
    parser = _add(
        commands_of, "watch", "watch the drop folders and work until Ctrl-C", commands.watch
    )
    parser.add_argument("--serve", action="store_true", help="show the web page too")
    _add_port(parser)


def _run(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "run",
        "send files and folders through the whole job, leaving them where they are",
        commands.run,
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files, or folders to search"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a document, one a line"
    )
    parser.add_argument(
        "--as-document",
        action="store_true",
        help="each folder named is ONE document of page images",
    )


def _status(commands_of: Any) -> None:
    parser = _add(
        commands_of, "status", "list the documents and where each one is", commands.status
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a document")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="newest N (default 50)")


def _explain(commands_of: Any) -> None:
    parser = _add(
        commands_of, "explain", "tell the life of a document from the ledger", commands.explain
    )
    parser.add_argument("id", metavar="ID", help="document id, or its first letters")


def _retry(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "retry",
        "try a rejected, halted or waiting document again",
        commands.retry,
    )
    parser.add_argument("id", metavar="ID", help="document id, or its first letters")


def _search(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "search",
        "find documents by their words, with or without tones",
        commands.search,
    )
    parser.add_argument(
        "query",
        metavar="QUERY",
        help='words; "a phrase"; -not; so:123 coquan:"Sở Nội vụ" loai: trichyeu: nguoiky: '
        "tu:2024-01-01 den: nam: thumuc: kyso: (docs/search.md)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a hit, best first")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most N hits")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="leave out the first N")
    parser.add_argument(
        "--order",
        choices=[order.value for order in SortOrder],
        default=SortOrder.RELEVANCE.value,
        help="best first, or by the date on the paper",
    )


def _reindex(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "reindex",
        "make the search index anew from ledger and store, while the old one is asked; a run that "
        "was cut short goes on",
        commands.reindex,
    )
    parser.add_argument(
        "--afresh", action="store_true", help="begin from the start although a run was cut short"
    )


def _verify(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "verify",
        "check the digital signatures of a PDF: exit 0 valid, 1 not valid, 2 unknown",
        commands.verify,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a PDF")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--online", action="store_true", help="ask OCSP and CRL whether certificates were revoked"
    )


def _renew(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "renew",
        "raise sealed documents to the configured level, stamp them again before stamps end",
        renew_command.renew,
    )
    parser.add_argument(
        "--level", choices=("B-T", "B-LT", "B-LTA"), help="least level (default: as configured)"
    )
    parser.add_argument(
        "--days",
        type=int,
        default=90,
        metavar="N",
        help="stamp again when the newest stamp ends within N days (default 90)",
    )


def _audit(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "audit",
        "read the whole store again at a given rate: rot, missing and foreign files, signatures "
        "whose proof ends soon; a run that was cut short goes on",
        audit_command.audit,
    )
    parser.add_argument(
        "--rate", type=float, default=20.0, metavar="MB", help="MB a second (default 20; 0: all)"
    )
    parser.add_argument(
        "--days", type=int, default=90, metavar="N", help="proofs that end within N days (90)"
    )
    parser.add_argument("--afresh", action="store_true", help="begin with the first file")
    parser.add_argument("--json", action="store_true", help="one JSON object a finding")


def _reprocess(commands_of: Any) -> None:
    parser = _add(
        commands_of,
        "reprocess",
        "read finished documents again that an older reader read; the former files are kept, what "
        "people confirmed stays; a run that was cut short goes on",
        reprocess_command.reprocess,
    )
    parser.add_argument(
        "--since", type=int, metavar="REVISION", help="readings before this one (default: newest)"
    )
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--batch", metavar="NAME", help="documents of this batch")
    chosen.add_argument("--folder", metavar="NAME", help="documents that came by this folder")
    parser.add_argument("--dry-run", action="store_true", help="only say which they are")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write every field that readings of this revision changed: a new .xlsx, .csv or .json",
    )


def _doctor(commands_of: Any) -> None:
    _add(
        commands_of,
        "doctor",
        "check disk, engines, certificate, index and register",
        commands.doctor,
    )


def _serve(commands_of: Any) -> None:
    _add_port(_add(commands_of, "serve", "show the web page (without watching)", commands.serve))


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="N", help="TCP port of the page (default 8080; 0: any free one)"
    )


if __name__ == "__main__":
    sys.exit(main())
