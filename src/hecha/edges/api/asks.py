"""What pages and the JSON API may ask of the desk: one form each, checked before anything is done."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from hecha.response.backlog import LATER, Evidence, Settlement
from hecha.response.delegation import Why
from hecha.response.slip_number import NUMBER_CHARS_MAX


class _Form(BaseModel):
    """Unknown fields are refused, strings are stripped; a repr shows nobody."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @field_validator("*", mode="after")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """No control characters and no halves of characters: databases, files and logs differ on them."""
        if isinstance(value, str) and any(unicodedata.category(one) in ("Cc", "Cs") for one in value):
            raise ValueError("control characters are not allowed")
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class SubjectForm(_Form):
    """The citizen. `card_authority` is the issuing authority as printed on the card (签发机关)."""

    name: str = Field(min_length=1, max_length=64)
    number: str = Field(min_length=1, max_length=32)
    card_authority: str = Field(default="", max_length=60)


class BusinessForm(_Form):
    """What for: 01 账户, 02 信贷, 03 支付结算, 04 反洗钱, 05 其他; `reference` is the bank's own number."""

    type: str = Field(default="01", pattern="^0[1-5]$")
    reference: str = Field(default="", max_length=80)


class ContactForm(_Form):
    """How to reach the customer for back-verification (客户联系方式)."""

    telephone: str = Field(min_length=1, max_length=40)
    address: str = Field(default="", max_length=200)


class VoucherForm(_Form):
    """Number of the voucher, and where the copies of corroborating documents lie; no images."""

    number: str = Field(default="", max_length=80)
    copies: str = Field(default="", max_length=80)


class VerificationForm(_Form):
    """POST /v1/verifications, as an entrance takes it. `outlet` may be left out by someone at a counter."""

    subject: SubjectForm
    business: BusinessForm = BusinessForm()
    outlet: str = Field(default="", max_length=60)
    mode: str = Field(default="", pattern="^(interface|non_interface)?$")


class RegistrationForm(_Form):
    """POST /v1/registrations: a business done while verification was away (故障期间登记).

    Entered later from a paper slip (补录), it has the slip's number and when it happened."""

    subject: SubjectForm
    business: BusinessForm = BusinessForm()
    contact: ContactForm
    evidence: Evidence = Evidence.OTHER
    voucher: VoucherForm = VoucherForm()
    outlet: str = Field(default="", max_length=60)
    mode: str = Field(default="", pattern="^(interface|non_interface)?$")
    happened_at: AwareDatetime | None = None
    slip: str = Field(default="", max_length=NUMBER_CHARS_MAX)

    def canonical(self) -> dict[str, Any]:
        """As JSON values; what only later entry has stands there only if it was given."""
        found = self.model_dump(mode="json")
        return {name: value for name, value in found.items() if value or name not in LATER}


class SettlementForm(_Form):
    """POST /v1/registrations/{id}/settlement."""

    how: Settlement


class DelegationForm(_Form):
    """POST /v1/delegations: ask `delegate` (a unit id) to verify for us."""

    subject: SubjectForm
    business: BusinessForm = BusinessForm()
    delegate: str = Field(min_length=1, max_length=60)
    outlet: str = Field(default="", max_length=60)


class ReplyForm(_Form):
    """POST /v1/delegations/{id}/reply: accept, or refuse with a reason."""

    accept: bool
    why: Why = Why.CANNOT_VERIFY


class AgreementForm(_Form):
    """PUT /v1/agreements: an agreed delegate and its telephone; `rank` is its place in the list."""

    delegate: str = Field(min_length=1, max_length=60)
    telephone: str = Field(default="", max_length=40)
    rank: int = Field(default=1, ge=1, le=99)


class BatchForm(_Form):
    """The fields beside the file of POST /v1/batches."""

    business: str = Field(default="05", pattern="^0[1-5]$")
    outlet: str = Field(default="", max_length=60)


class PerformanceForm(_Form):
    """POST /v1/delegations/{id}/performance; `outcome` only where the delegate used a system of its own."""

    outcome: str = Field(default="", max_length=20)


class AcknowledgementForm(_Form):
    """POST /v1/notices/{id}/acknowledgement. `revision`: the text that was read; `person`: who takes note, named by an
    institution's machine."""

    revision: int | None = Field(default=None, ge=1, le=1_000_000_000)
    person: str = Field(default="", max_length=40)


Code = Annotated[str, Field(max_length=20)]
Part = Annotated[str, Field(max_length=120)]


class NewsForm(_Form):
    """News that an institution has: an external event of an office, or an anomaly of its own (3.2.3)."""

    kind: Literal["anomaly", "event"]
    title: str = Field(min_length=1, max_length=200)
    nature: str = Field(max_length=20)
    text: str = Field(default="", max_length=1000)
    areas: list[Code] = Field(default=[], max_length=120)
    components: list[Part] = Field(default=[], max_length=20)
    severity: int = Field(default=0, ge=0, le=4)
    began: AwareDatetime | None = None
    expected_end: AwareDatetime | None = None


class TakenNoteForm(_Form):
    """Who takes note for the caller's unit."""

    person: str = Field(default="", max_length=80)
