"""Seals from PKCS#11 tokens and HSMs (OASIS PKCS #11 v2.40): the key never leaves the device.

One session stays open; a mutex lets one thread at a time use it. A PIN is a thing that locks the
token when it is wrong too often: after one refusal this process never tries it again, and it is not
tried at all when the token says that one more failure would lock it (CKF_USER_PIN_FINAL_TRY).
What a device says when it was pulled out or its server is away is an outage: documents wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cryptography import x509

from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.sign.api import SealIdentity
from stages.sign.identity import as_asn1, check_fitness, describe

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer


class Pin(Protocol):
    """A secret that cannot print itself (`pipeline.settings.secret`)."""

    def reveal(self) -> str:
        """Return the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Which key on which device."""

    module: Path
    """The vendor's PKCS#11 library."""
    label: str = ""
    """Label of the token; any when empty and a slot or a single token says which."""
    slot: int | None = None
    """Place of the slot in the module's list, from 0."""
    key_label: str = ""
    """Label of the certificate; not needed when the token holds one that has a key."""
    pin: Pin | None = None
    """User PIN; None when the device has a keypad of its own or asks for none."""
    is_pss: bool = False


@dataclass(slots=True)
class OpenedToken:
    """A session with a key on the device."""

    session: Any
    key: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    identity: SealIdentity
    is_raw: bool
    """The device signs what was hashed outside."""


class Pkcs11Seal:
    """Port `SealProvider` over a PKCS#11 token."""

    def __init__(self, token: Token) -> None:
        """Name the token; nothing is opened yet."""
        self._token = token
        self._opened: OpenedToken | None = None
        self._refused = ""
        self._lock = threading.RLock()

    @property
    def identity(self) -> SealIdentity:
        """Who seals; raises OperatorError and TransientError as `SealProvider` says."""
        return self._open().identity

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """Lend a signer; raises OperatorError and TransientError as `SealProvider` says."""
        from stages.sign.token_signer import TokenSigner  # pyHanko, only where something is sealed

        yield TokenSigner(self, self._open(), is_pss=self._token.is_pss)

    def sign(self, data: bytes, digest: str, algorithm: Any) -> bytes:
        """Return the device's signature over data.

        Raises:
            TransientError: SIGN-TOKEN-DOWN; the session is opened anew next time.
            OperatorError: SIGN-IDENTITY when the device cannot do what is asked.
        """
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.sign.pkcs11 import select_pkcs11_signing_params

        with self._lock:
            opened = self._open()
            how = select_pkcs11_signing_params(
                algorithm, digest, use_raw_mechanism=opened.is_raw, sign_kwargs={}
            )
            if how.pre_sign_transform is not None:
                data = how.pre_sign_transform(data)
            try:
                signature = opened.key.sign(data, **how.sign_kwargs)
            except PKCS11Error as error:
                raise self._dropped(error) from error
        after = how.post_sign_transform
        return bytes(signature if after is None else after(signature))

    def _open(self) -> OpenedToken:
        from pkcs11.exceptions import PKCS11Error

        with self._lock:
            if self._refused:
                raise OperatorError("SIGN-PIN", detail=self._refused)
            if self._opened is None:
                try:
                    self._opened = self._load()
                except PKCS11Error as error:
                    raise self._dropped(error) from error
            return self._opened

    def _dropped(self, error: Exception) -> SohoaError:
        """Forget the session and say what an error of the device means."""
        from pkcs11 import exceptions as device

        detail = f"{type(error).__name__} ({self._token.label or self._token.module.name})"
        opened, self._opened = self._opened, None
        if opened is not None:
            with suppress(device.PKCS11Error):
                opened.session.close()
        if isinstance(
            error, (device.PinIncorrect, device.PinLocked, device.PinInvalid, device.PinLenRange)
        ):
            self._refused = detail
            return OperatorError("SIGN-PIN", detail=detail)
        if isinstance(error, (device.MechanismInvalid, device.MechanismParamInvalid)):
            return OperatorError("SIGN-IDENTITY", detail=f"{detail}: algorithm not supported")
        return TransientError("SIGN-TOKEN-DOWN", detail=detail)

    def _load(self) -> OpenedToken:
        import pkcs11

        module = self._token.module
        if not module.is_file():
            raise OperatorError("SIGN-IDENTITY", detail=f"no PKCS#11 module: {module}")
        try:
            library = pkcs11.lib(str(module))
            library.reinitialize()  # a token plugged in since the last look is seen only so
        except (RuntimeError, OSError) as error:
            if isinstance(error, pkcs11.PKCS11Error):
                raise
            raise OperatorError("SIGN-IDENTITY", detail=f"no PKCS#11 module: {module}") from error
        token = self._find(library)
        session = self._log_in(token)
        try:
            return self._choose(session, token)
        except BaseException:
            session.close()
            raise

    def _find(self, library: Any) -> Any:
        wanted = self._token
        slots = library.get_slots(token_present=True)
        if wanted.slot is not None:
            slots = library.get_slots()[wanted.slot : wanted.slot + 1]
        tokens = [slot.get_token() for slot in slots]
        found = [one for one in tokens if not wanted.label or one.label == wanted.label]
        if not found:
            raise TransientError("SIGN-TOKEN-DOWN", detail=f"no token {wanted.label!r}")
        if len(found) > 1:
            labels = ", ".join(repr(one.label) for one in found)
            raise OperatorError("SIGN-IDENTITY", detail=f"several tokens, name one: {labels}")
        return found[0]

    def _log_in(self, token: Any) -> Any:
        from pkcs11 import TokenFlag

        if self._token.pin is None:
            return token.open()
        if token.flags & (TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED):
            self._refused = "one more wrong PIN would lock the token, or it is locked"
            raise OperatorError("SIGN-PIN", detail=self._refused)
        return token.open(user_pin=self._token.pin.reveal())

    def _choose(self, session: Any, token: Any) -> OpenedToken:
        from pkcs11 import Attribute, Mechanism, ObjectClass

        keys = {
            bytes(key[Attribute.ID]): key
            for key in session.get_objects(
                {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.SIGN: True}
            )
        }
        held = [
            (one[Attribute.LABEL], bytes(one[Attribute.ID]), _parsed(one[Attribute.VALUE]))
            for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        ]
        label = self._token.key_label
        fit = [one for one in held if one[1] in keys and (not label or one[0] == label)]
        if len(fit) != 1:
            labels = ", ".join(repr(name) for name, key_id, _ in held if key_id in keys)
            detail = f"{len(fit)} certificates with a key; on the token: {labels or 'none'}"
            raise OperatorError("SIGN-IDENTITY", detail=detail)
        (_, key_id, certificate) = fit[0]
        check_fitness(certificate)
        return OpenedToken(
            session=session,
            key=keys[key_id],
            certificate=certificate,
            chain=tuple(one for _, _, one in held if one != certificate),
            identity=describe(certificate),
            is_raw=_is_ec(certificate)
            and Mechanism.ECDSA_SHA256 not in token.slot.get_mechanisms(),
        )


def _is_ec(certificate: x509.Certificate) -> bool:
    return bool(as_asn1(certificate).public_key.algorithm == "ec")


def _parsed(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(bytes(der))
    except ValueError as error:
        raise OperatorError("SIGN-IDENTITY", detail="junk instead of a certificate") from error
