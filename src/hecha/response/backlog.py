"""The deferred register (故障期间登记) and its back-verification (补核), 5.1.1(3).

    registered ─► same          nothing differs: the slip goes to the voucher
               ├► differs       the branch's list, with a next step ─┬► settled
               └► unverifiable  what was entered cannot be verified ─┘
                                    ⇅ unreached   the customer cannot be reached: called again at `next_at`
                                    ⇅ at_police   a certificate of the result was issued: the answer is due at `next_at`

Claims of an entry are leases, not facts: they say who works, not what happened. `unavailable` changes nothing; the
entry is tried again. Citizens' data is behind `token`, never here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.free_text import check_text
from hecha.response.late_entry import check_happened
from hecha.verification.outcome import Outcome

CLAUSE = "5.1.1(3)"
LATER = ("happened_at", "slip")
"""What only an entry from paper has."""
TEXT_MAX = 80
BUSINESSES = frozenset({"01", "02", "03", "04", "05"})


class State(StrEnum):
    REGISTERED = "registered"  # 已登记，待补核
    SAME = "same"  # 补核一致
    DIFFERS = "differs"  # 补核不一致
    UNVERIFIABLE = "unverifiable"  # 无法核查（登记有误）
    UNREACHED = "unreached"  # 联系不上客户，待再联系
    AT_POLICE = "at_police"  # 已出具核查结果证明，待公安机关回执
    SETTLED = "settled"  # 已处理


class Evidence(StrEnum):
    """How genuineness was established meanwhile."""

    HOUSEHOLD_REGISTER = "household_register"  # 居民户口簿
    PASSPORT = "passport"  # 护照
    DRIVING_LICENCE = "driving_licence"  # 机动车驾驶证
    READER = "reader"  # 第二代身份证阅读机具
    APPEARANCE = "appearance"  # 当面比对，未见疑点
    OTHER = "other"  # 其他有效证件


class Settlement(StrEnum):
    """What was done about a result that differs or could not be had: a closed list, so no name slips in."""

    DOCUMENTS_CONFIRM = "documents_confirm"  # 其他证件佐证属实
    POLICE_CONFIRM = "police_confirm"  # 公安机关回执确认属实
    CORRECTED = "corrected"  # 已联系客户更正并重新核查
    NEW_CARD = "new_card"  # 客户已换领新证
    STOPPED = "stopped"  # 已中止业务
    REPORTED = "reported"  # 已报告公安机关


OPEN = (State.REGISTERED, State.DIFFERS, State.UNVERIFIABLE, State.UNREACHED, State.AT_POLICE)
"""What is not done yet: while there is such an entry of an event, its file stays open."""
TO_SETTLE = OPEN[1:]
"""What a person must see to."""
NEXT_STEPS: Mapping[Outcome, str] = {
    Outcome.MATCH_PHOTO: "attach_slip",
    Outcome.MATCH_NO_PHOTO: "compare_documents",
    Outcome.NAME_MISMATCH: "ask_documents_or_police",
    Outcome.NOT_FOUND: "ask_documents_or_police",
    Outcome.CARD_LOST: "contact_customer_card",
    Outcome.CARD_INVALID: "contact_customer_card",
    Outcome.INPUT_ERROR: "correct_entry",
}
_AFTER: Mapping[Outcome, State] = {
    Outcome.MATCH_PHOTO: State.SAME,
    Outcome.MATCH_NO_PHOTO: State.SAME,
    Outcome.NAME_MISMATCH: State.DIFFERS,
    Outcome.NOT_FOUND: State.DIFFERS,
    Outcome.CARD_LOST: State.DIFFERS,
    Outcome.CARD_INVALID: State.DIFFERS,
    Outcome.INPUT_ERROR: State.UNVERIFIABLE,
}


@dataclass(frozen=True, slots=True)
class Register:
    """Enter a business that was done while verification was away. `copies` says where the copies lie.

    One entered later from paper keeps when it `happened_at` and the number of its `slip`."""

    id: str
    institution: str
    outlet: str
    token: str
    mode: str
    business: str
    evidence: Evidence
    voucher: str
    copies: str
    card_city: str
    county: str
    city: str
    at: datetime
    by: str
    happened_at: datetime | None = None
    slip: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What back-verification said."""

    outcome: Outcome
    at: datetime
    by: str = "system"


@dataclass(frozen=True, slots=True)
class Settle:
    """A person closes an entry whose result differs or could not be had."""

    how: Settlement
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """The customer was called in vain; called again at `again`."""

    again: datetime
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Certify:
    """A certificate of the result (联网核查结果证明) is handed to the customer for the police of the household's place,
    who answer by `due`. `number` is the institution's own."""

    number: str
    due: datetime
    at: datetime
    by: str


Command = Register | Answer | Settle | Unreached | Certify


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register, as its state row has it."""

    id: str
    institution: str
    outlet: str
    state: State
    token: str
    mode: str
    business: str
    evidence: str
    voucher: str
    copies: str
    card_city: str
    county: str
    city: str
    registered_at: datetime
    registered_by: str
    outcome: str = ""
    verified_at: datetime | None = None
    next_step: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    calls: int = 0  # in vain
    next_at: datetime | None = None  # unreached: call again; at_police: the answer is due
    certificate: str = ""
    happened_at: datetime | None = None  # entered later from paper: when the business was done
    slip: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def decide(command: Command, entry: Entry | None) -> tuple[Fact, ...]:
    """The facts that follow. Raises BadInput, Conflict or Refused."""
    if isinstance(command, Register):
        return _register(command, entry)
    if entry is None:
        raise Conflict("没有这笔登记 (no such entry)")
    match command:
        case Answer():
            return _answer(command, entry)
        case Settle():
            return _settle(command, entry)
        case Unreached(again, at, by):
            _require_to_settle(entry)
            data = {"again": again.isoformat(), "calls": entry.calls + 1}
            return () if entry.next_at == again else (_fact("unreached", entry, at, by, data),)
        case Certify():
            return _certify(command, entry)


def evolve(entry: Entry | None, fact: Fact) -> Entry:
    """The state after a fact."""
    if fact.kind == "register:entry:registered":
        fields: dict[str, Any] = dict(fact.data)
        if "happened_at" in fields:
            fields["happened_at"] = datetime.fromisoformat(fields["happened_at"])
        return Entry(id=fact.subject, state=State.REGISTERED, registered_at=fact.at, registered_by=fact.by, **fields)
    assert entry is not None
    if fact.kind == "register:entry:verified":
        outcome = Outcome(fact.data["outcome"])
        step = str(fact.data["next_step"])
        return replace(entry, state=_AFTER[outcome], outcome=outcome.value, verified_at=fact.at, next_step=step)
    if fact.kind == "register:entry:settled":
        how = str(fact.data["how"])
        return replace(entry, state=State.SETTLED, next_step=how, settled_at=fact.at, settled_by=fact.by, next_at=None)
    if fact.kind == "register:entry:unreached":
        again = datetime.fromisoformat(fact.data["again"])
        return replace(entry, state=State.UNREACHED, calls=int(fact.data["calls"]), next_at=again)
    if fact.kind == "register:entry:certified":
        due, number = datetime.fromisoformat(fact.data["due"]), str(fact.data["number"])
        return replace(entry, state=State.AT_POLICE, certificate=number, next_at=due)
    return entry


def _register(command: Register, entry: Entry | None) -> tuple[Fact, ...]:
    if entry is not None:
        raise Conflict("这个登记号已经存在 (this entry exists)")
    if command.business not in BUSINESSES:
        raise BadInput("business.type", "业务种类应为 01 至 05", "01 账户 02 信贷 03 支付结算 04 反洗钱 05 其他")
    check_voucher(command.voucher, command.copies)
    check_happened(command.happened_at, command.at)
    data = asdict(command)
    for name in ("id", "at", "by", *(name for name in LATER if data[name] is None)):
        del data[name]
    data["evidence"] = command.evidence.value
    if command.happened_at is not None:
        data["happened_at"] = command.happened_at.isoformat()
    return (Fact("register:entry:registered", command.id, command.at, command.by, clause=CLAUSE, data=data),)


def check_voucher(voucher: str, copies: str) -> None:
    """Raises BadInput: both stand in the ledger, so neither may hold a citizen's number."""
    for field, text in (("voucher", voucher), ("copies", copies)):
        check_text(field, text, TEXT_MAX, "请只填凭证号或存放位置")


def _answer(command: Answer, entry: Entry) -> tuple[Fact, ...]:
    if command.outcome is Outcome.UNAVAILABLE or entry.state is not State.REGISTERED:
        return ()  # nothing was learnt, or it has been answered: never twice in effect
    data = {"outcome": command.outcome.value, "next_step": NEXT_STEPS[command.outcome]}
    return (Fact("register:entry:verified", entry.id, command.at, command.by, clause=CLAUSE, data=data),)


def _settle(command: Settle, entry: Entry) -> tuple[Fact, ...]:
    if entry.state is State.SETTLED and entry.next_step == command.how.value:
        return ()
    _require_to_settle(entry)
    return (_fact("settled", entry, command.at, command.by, {"how": command.how.value}),)


def _certify(command: Certify, entry: Entry) -> tuple[Fact, ...]:
    if entry.certificate:
        return ()  # one certificate for one result
    _require_to_settle(entry)
    if entry.state is State.UNVERIFIABLE:
        raise Refused(CLAUSE, "没有核查结果，不能出具证明", "请先更正登记的姓名或号码并重新核查")
    number = check_text("certificate", command.number, TEXT_MAX)
    return (_fact("certified", entry, command.at, command.by, {"number": number, "due": command.due.isoformat()}),)


def _require_to_settle(entry: Entry) -> None:
    if entry.state not in TO_SETTLE:
        raise Refused(CLAUSE, "只有补核不一致或无法核查的登记需要处理", "请刷新列表查看当前状态")


def _fact(action: str, entry: Entry, at: datetime, by: str, data: Mapping[str, Any]) -> Fact:
    return Fact(f"register:entry:{action}", entry.id, at, by, clause=CLAUSE, data=data)
