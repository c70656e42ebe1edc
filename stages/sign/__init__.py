"""PAdES signature with the appearance of NĐ 30 ô 14."""

from stages.sign.api import SealIdentity, SealProvider
from stages.sign.development import make_development_identity, passphrase_file_of
from stages.sign.pkcs12 import Pkcs12Seal
from stages.sign.stage import Options, SignStage

__all__ = [
    "Options",
    "Pkcs12Seal",
    "SealIdentity",
    "SealProvider",
    "SignStage",
    "make_development_identity",
    "passphrase_file_of",
]
