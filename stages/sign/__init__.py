"""PAdES signature with the appearance of NĐ 30 ô 14."""

from stages.sign.api import SealIdentity, SealProvider
from stages.sign.development import make_development_identity, passphrase_file_of
from stages.sign.message_key import SealKey
from stages.sign.options import Options
from stages.sign.pkcs11 import Pkcs11Seal, Token
from stages.sign.pkcs12 import Pkcs12Seal
from stages.sign.stage import SignStage

__all__ = [
    "Options",
    "Pkcs11Seal",
    "Pkcs12Seal",
    "SealIdentity",
    "SealKey",
    "SealProvider",
    "SignStage",
    "Token",
    "make_development_identity",
    "passphrase_file_of",
]
