"""Time stamps of an authority over HTTP (RFC 3161, RFC 3628): slow, few at once, sometimes away.

Made for the state's authority as it was observed: it takes POST alone and answers after up to
131 s. So: a limit of 180 s a try, three tries, at most four questions at once from this process,
and after a failure a pause in which nobody asks in vain: the documents wait.
"""

from __future__ import annotations

import hashlib
import threading
import time

from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from pipeline.model.errors import OperatorError, TransientError
from stages.sign.network import NetworkError, ask
from stages.sign.services import TsaOptions

_ANSWER_BYTES_MAX = 1 << 20
_TOKEN_BYTES = 8 << 10
"""Room for a token until one was seen; tokens with a chain of three certificates are 4–6 KB."""
_STEP_BYTES = 512
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
}


class OutgrownError(Exception):
    """A token is larger than the room left for it; begun anew there is room enough."""


class Tsa(TimeStamper):
    """A time stamping authority; one object a process, used by all document threads."""

    def __init__(self, options: TsaOptions) -> None:
        """Note the address; nothing is asked yet."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._options = options
        self._gate = threading.BoundedSemaphore(options.at_once)
        self._lock = threading.Lock()
        self._down_until = 0.0
        self._token_bytes = _TOKEN_BYTES

    @property
    def token_bytes(self) -> int:
        """Room that the next token is foretold to need."""
        return self._token_bytes

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:  # noqa: ARG002
        """Return something as large as a token, for the room to leave; the authority is not asked.

        pyHanko would fetch a token for it: another wait of up to 131 s.
        """
        filling = core.OctetString(bytes(self._token_bytes))
        return cms.ContentInfo({"content_type": "data", "content": filling})

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the authority.

        Raises:
            TransientError: SIGN-TSA-DOWN after the last try, or while it is known to be down.
            OperatorError: SIGN-TSA-REFUSED when the answer is none.
        """
        data = self._ask(req.dump())
        try:
            answer = tsp.TimeStampResp.load(data)
            answer.native  # noqa: B018 - parses all of it now
        except (ValueError, TypeError, KeyError) as error:
            raise OperatorError("SIGN-TSA-REFUSED", detail="the answer is no time stamp") from error
        return answer

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token that was checked: digest, nonce, the authority's own signature.

        Raises:
            TransientError: SIGN-TSA-DOWN.
            OperatorError: SIGN-TSA-REFUSED with what the authority says.
            OutgrownError: it needs more room than was foretold; the next try foretells enough.
        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            _check(token, message_digest)
        except (TimestampRequestError, SignatureValidationError, ValueError, KeyError) as error:
            raise OperatorError("SIGN-TSA-REFUSED", detail=str(error)[:300]) from error
        size, room = len(token.dump()), self._token_bytes
        if not room // 2 < size <= room:
            self._token_bytes = -(-size * 5 // 4 // _STEP_BYTES) * _STEP_BYTES
        if size > room:
            raise OutgrownError
        return token

    def _ask(self, body: bytes) -> bytes:
        options = self._options
        with self._gate:
            reason = "asked in vain a moment ago"
            for number in range(options.tries):
                if time.monotonic() < self._down_until:
                    break
                if number:
                    time.sleep(options.try_pause_s)
                try:
                    return ask(
                        options.url,
                        body=body,
                        headers=_HEADERS,
                        timeout_s=options.timeout_s,
                        bytes_max=_ANSWER_BYTES_MAX,
                    )
                except NetworkError as error:
                    reason = str(error)
            else:
                with self._lock:
                    self._down_until = time.monotonic() + options.down_pause_s
        raise TransientError("SIGN-TSA-DOWN", detail=reason)


def _check(token: cms.ContentInfo, message_digest: bytes) -> None:
    """Raise ValueError or SignatureValidationError unless the token stamps this very digest."""
    signed = token["content"]
    info = signed["encap_content_info"]["content"]
    if info.parsed["message_imprint"]["hashed_message"].native != message_digest:
        raise ValueError("the token stamps something else")
    signer_info = signed["signer_infos"][0]
    digest = hashlib.new(signer_info["digest_algorithm"]["algorithm"].native, info.contents)
    is_intact, is_valid = validate_sig_integrity(
        signer_info, _signer_of(signed, signer_info), "tst_info", digest.digest()
    )
    if not (is_intact and is_valid):
        raise ValueError("the token's signature does not verify")


def _signer_of(signed: cms.SignedData, signer_info: cms.SignerInfo) -> object:
    name = signer_info["sid"]
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if name.name == "issuer_and_serial_number":
            wanted = name.chosen
            is_it = (
                certificate.serial_number == wanted["serial_number"].native
                and certificate.issuer == wanted["issuer"]
            )
        else:
            is_it = certificate.key_identifier == name.chosen.native
        if is_it:
            return certificate
    raise ValueError("the token does not bring its signer's certificate")
