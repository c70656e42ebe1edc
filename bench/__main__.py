"""`python -m bench bench | accuracy`: the figures of the README."""

from __future__ import annotations

import argparse
import sys

from bench import accuracy, side_by_side


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    bench = commands.add_parser("bench", help="sohoa and OCRmyPDF on the same pages")
    side_by_side.add_arguments(bench)
    fields = commands.add_parser("accuracy", help="how often each field is right")
    accuracy.add_arguments(fields)
    options = parser.parse_args(arguments)
    return side_by_side.main(options) if options.command == "bench" else accuracy.main(options)


if __name__ == "__main__":
    sys.exit(main())
