"""`POST /api/v1/verifications`: what comes in and what goes out (JSON, stable)."""

from typing import Any

import msgspec

from hecha.edges.hops.wire import Step
from hecha.verification.outcome import Outcome

TEXT_MAX = 64
AUTHORITY_MAX = 60
REFERENCE_MAX = 80
BODY_BYTES_MAX = 16_384
BUSINESS_TYPES = frozenset({"01", "02", "03", "04", "05"})
"""01 银行账户, 02 信贷及征信, 03 支付结算, 04 反洗钱, 05 其他."""
MODES = frozenset({"interface", "non_interface"})


class Citizen(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Whom to verify; its repr shows nothing. `card_authority` is the issuing authority as printed on the card."""

    name: str
    number: str
    card_authority: str = ""

    def __repr__(self) -> str:
        return "Citizen(***)"


class Business(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What for: a type of `BUSINESS_TYPES` and the bank's own reference (voucher or serial number)."""

    type: str
    reference: str = ""


class VerificationRequest(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`mode` is the way to try first ("" = by the bank's kind); the other one follows when it does not work."""

    subject: Citizen
    business: Business
    outlet: str
    mode: str = ""


class VerificationAnswer(msgspec.Struct, omit_defaults=True):
    """`mode` is the one that answered (or was tried first); `path` holds the steps of every way tried, in order.

    `at` is RFC 3339 in UTC; `photo` base64; `card` what the clerk may do next:
    absent where nothing is left, and for the console, which makes its own."""

    id: str
    outcome: Outcome
    mode: str
    path: list[Step]
    at: str
    photo: str = ""
    issuing_authority: str = ""
    card: dict[str, Any] | None = None
