"""`python -m bench.pki FOLDER`: the test PKI in a process of its own, until its input is closed.

Prints one JSON line: addresses, trusted root, and the identities as files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.pki.authority import Pki

_SEALS = ("seal-rsa", "seal-ec")


def main(folder: Path) -> None:
    """Serve until standard input ends."""
    with Pki(folder).serving() as pki:
        seals = {label: pki.seal(label) for label in _SEALS}
        print(
            json.dumps(
                {
                    "tsa_url": pki.tsa_url(),
                    "trust": str(pki.trust),
                    "seals": {
                        label: [str(seal.path), str(seal.passphrase_file)]
                        for label, seal in seals.items()
                    },
                }
            ),
            flush=True,
        )
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
