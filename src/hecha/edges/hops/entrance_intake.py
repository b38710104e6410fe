"""What an entrance lets in: the token's institution, the form of a request, whose outlet it is. Nothing is repeated."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest

import msgspec

from hecha.edges.api.problems import NotSignedIn, TooLarge
from hecha.edges.hops.entrance_model import (
    AUTHORITY_MAX,
    BODY_BYTES_MAX,
    BUSINESS_TYPES,
    MODES,
    REFERENCE_MAX,
    TEXT_MAX,
    VerificationRequest,
)
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.ids import Access, Mode, OutletId
from hecha.network.model import Bank, Network, Outlet
from hecha.verification.outcome import Outcome
from hecha.verification.subject import Subject, subject

CONSOLE = "console"
_PLACE = re.compile(r"at `\$\.?([a-z_.]*)`")
_MISSING = re.compile(r"missing required field `([a-z_]+)`")
_decode = msgspec.json.Decoder(VerificationRequest).decode


class Institutions:
    """Who holds which bearer token: a bank's id, or `console` for all."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._by_digest = {_digest(token): (who, token) for who, token in tokens.items() if token}

    def of(self, authorization: str) -> str:
        """The institution of an Authorization header. Raises NotSignedIn."""
        scheme, _, token = authorization.partition(" ")
        who, known = self._by_digest.get(_digest(token), ("", ""))
        if scheme.lower() != "bearer" or not known or not compare_digest(known.encode(), token.encode()):
            raise NotSignedIn
        return who


def _digest(token: str) -> bytes:
    return blake2b(token.encode("utf-8", "replace"), digest_size=16).digest()


def read_request(body: bytes) -> VerificationRequest:
    """The JSON of POST /api/v1/verifications. Raises BadInput that names the field, never its content."""
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(BODY_BYTES_MAX)
    try:
        request = _decode(body)
    except msgspec.ValidationError as error:
        raise BadInput(_where(str(error)), "字段缺少、多余或类型不对 a field is missing, unknown or of the wrong type",
                       "见 /api/openapi.json") from None  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("body", "不是 JSON not JSON", "Content-Type: application/json, UTF-8") from None
    check_form(request)
    return request


def _where(sentence: str) -> str:
    """The field that a validator complains of: only names that are our own."""
    place = _PLACE.search(sentence)
    missing = _MISSING.search(sentence)
    parts = [found[1] for found in (place, missing) if found and found[1]]
    return ".".join(parts) or "body"


def check_form(request: VerificationRequest) -> None:
    """Codes and lengths, beyond what types say. Raises BadInput."""
    if request.business.type not in BUSINESS_TYPES:
        raise BadInput(
            "business.type",
            "没有这种业务种类 no such type of business",
            "01 银行账户 02 信贷 03 支付结算 04 反洗钱 05 其他",
        )
    if request.mode and request.mode not in MODES:
        raise BadInput("mode", "没有这种方式 no such mode", "、".join(sorted(MODES)))
    for where, text, longest in (
        ("outlet", request.outlet, TEXT_MAX),
        ("business.reference", request.business.reference, REFERENCE_MAX),
        ("subject.card_authority", request.subject.card_authority, AUTHORITY_MAX),
    ):
        if len(text) > longest:
            raise BadInput(where, f"不能超过 {longest} 字 longer than {longest} characters")


def outlet_of(network: Network, who: str, outlet: str) -> tuple[Outlet, Bank]:
    """The outlet and its bank. An institution may only speak for its own outlets: raises Refused, or BadInput."""
    found = network.outlets.get(OutletId(outlet))
    if who != CONSOLE and (found is None or found.bank != who):
        raise Refused(
            "1.3", "不是本机构的网点 not an outlet of this institution", "请用本机构的网点号 use one of your own"
        )
    if found is None:
        raise BadInput("outlet", "没有这个网点 no such outlet", "请核对网点号 check its id")
    return found, network.banks[found.bank]


def mode_of(mode: str, bank: Bank) -> Mode | None:
    """The mode asked for, None = by the bank's kind. Raises Refused for a mode that the bank does not have."""
    if mode == Mode.INTERFACE and bank.access is Access.NONE:
        raise Refused("5.1.1(2)", "这家银行没有接口方式 this bank has no interface mode", "不填 mode，或 non_interface")
    return Mode(mode) if mode else None


def subject_of(request: VerificationRequest) -> Subject | Outcome:
    """The checked subject, or `input_error`: a wrong name or number is a business outcome, not a malformed request."""
    citizen = request.subject
    try:
        return subject(citizen.name, citizen.number, citizen.card_authority)
    except BadInput:
        return Outcome.INPUT_ERROR
