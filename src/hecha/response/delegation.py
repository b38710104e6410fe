"""Delegation (委托核查), 5.1.1(1): a failed outlet asks a superior, another bank or a central-bank branch to verify.

    asked ─► accepted ─► performed
          └► refused   └► (unavailable: still accepted)

Both sides are recorded: who asked for which outlet, who answered and who performed it. The citizen is behind `token`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.verification.outcome import Outcome

CLAUSE = "5.1.1(1)"
OFFERED_MAX = 8


class State(StrEnum):
    ASKED = "asked"  # 已委托，待接受
    ACCEPTED = "accepted"  # 已接受
    REFUSED = "refused"  # 未接受
    PERFORMED = "performed"  # 已代为核查
    WITHDRAWN = "withdrawn"  # 已撤回


class Why(StrEnum):
    """Why a delegate does not accept."""

    CANNOT_VERIFY = "cannot_verify"  # 本机构也不能核查
    TOO_BUSY = "too_busy"  # 业务繁忙
    NOT_AGREED = "not_agreed"  # 未有委托约定


class Kind(StrEnum):
    """Whom one may ask, in the order of the regulation's words."""

    SUPERIOR = "superior"  # 上级机构
    OTHER_BANK = "other_bank"  # 其它银行机构
    BRANCH = "branch"  # 人民银行分支机构


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could verify for us. `rank` is the place in the list of agreed delegates, `None` if not agreed."""

    unit: str
    zh: str
    kind: Kind
    can_verify: bool
    telephone: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    id: str
    institution: str
    outlet: str
    delegate: str
    token: str
    business: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Accept:
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Refuse:
    why: Why
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Perform:
    outcome: Outcome
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    at: datetime
    by: str


Command = Ask | Accept | Refuse | Perform | Withdraw


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation, as its state row has it."""

    id: str
    institution: str
    outlet: str
    delegate: str
    state: State
    token: str
    business: str
    asked_at: datetime
    asked_by: str
    answered_at: datetime | None = None
    answered_by: str = ""
    reason: str = ""
    outcome: str = ""
    performed_at: datetime | None = None
    performed_by: str = ""


def decide(command: Command, now: Delegation | None) -> tuple[Fact, ...]:
    """The facts that follow. Raises Conflict or Refused; repeating what already holds gives no fact."""
    if isinstance(command, Ask):
        return _ask(command, now)
    if now is None:
        raise Conflict("没有这项委托 (no such delegation)")
    if isinstance(command, Perform):
        return _perform(command, now)
    return _reply(command, now)


def evolve(now: Delegation | None, fact: Fact) -> Delegation:
    """The state after a fact."""
    data = fact.data
    if fact.kind == "delegation:request:asked":
        return Delegation(id=fact.subject, state=State.ASKED, asked_at=fact.at, asked_by=fact.by, **data)
    assert now is not None
    action = State(fact.kind.rpartition(":")[2])
    if action is State.PERFORMED:
        outcome = str(data["outcome"])
        return replace(now, state=action, outcome=outcome, performed_at=fact.at, performed_by=fact.by)
    return replace(now, state=action, answered_at=fact.at, answered_by=fact.by, reason=str(data.get("why", "")))


def offered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those that can verify, agreed delegates with a telephone first, then by the regulation's order."""
    able = [one for one in candidates if one.can_verify]
    return tuple(sorted(able, key=_place)[:OFFERED_MAX])


def _place(one: Candidate) -> tuple[bool, bool, int, int, str]:
    agreed = one.rank is not None
    return (not agreed, agreed and not one.telephone, one.rank or 0, list(Kind).index(one.kind), one.unit)


def _ask(command: Ask, now: Delegation | None) -> tuple[Fact, ...]:
    if now is not None:
        raise Conflict("这项委托已经存在 (this delegation exists)")
    if command.delegate == f"outlet/{command.outlet}":
        raise Refused(CLAUSE, "不能委托本网点", "请选择能够正常核查的上级机构、其它银行机构或人民银行分支机构")
    data = {name: getattr(command, name) for name in ("institution", "outlet", "delegate", "token", "business")}
    return (Fact("delegation:request:asked", command.id, command.at, command.by, clause=CLAUSE, data=data),)


_WANTED = {Accept: State.ACCEPTED, Refuse: State.REFUSED, Withdraw: State.WITHDRAWN}
_ALLOWED = {
    Accept: {State.ASKED},
    Refuse: {State.ASKED},
    Withdraw: {State.ASKED, State.ACCEPTED},
}


def _reply(command: Accept | Refuse | Withdraw, now: Delegation) -> tuple[Fact, ...]:
    wanted = _WANTED[type(command)]
    if now.state is wanted:
        return ()
    if now.state not in _ALLOWED[type(command)]:
        raise Conflict(f"这项委托已是 {now.state.value}，请刷新 (the delegation has moved on)")
    data = {"why": command.why.value} if isinstance(command, Refuse) else {}
    kind = f"delegation:request:{wanted.value}"
    return (Fact(kind, now.id, command.at, command.by, clause=CLAUSE, data=data),)


def _perform(command: Perform, now: Delegation) -> tuple[Fact, ...]:
    if now.state is State.PERFORMED:
        return ()
    if now.state is not State.ACCEPTED:
        raise Refused(CLAUSE, "接受委托后才能代为核查", "请先接受委托")
    if command.outcome is Outcome.UNAVAILABLE:
        return ()
    data = {"outcome": command.outcome.value}
    return (Fact("delegation:request:performed", now.id, command.at, command.by, clause=CLAUSE, data=data),)
