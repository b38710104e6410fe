"""From confirmed recovery to a settled register (补核与了结, 5.1.1(3)): who owes what, until nobody owes anything.

    opened ─ counted* ─ outlet confirmed* ─ overdue ─ settled
       └──────────── reopened (it failed and recovered again, or an entry came late) ◄┘

Counting is done by the console: it tells which institutions still have open entries, and which have outlets that are
not yet seen to work. Only what changes for somebody is a fact; the numbers themselves are read where they are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.verification.disclosure import checked_text

PREFIX = "recovery:"
CLAUSE = "5.1.1(3)"
CONFIRMED_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An outlet that a person has seen to work again: how, by whom."""

    outlet: str
    institution: str
    how: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """`owing`: institutions with open entries; `unproved`: those with outlets not yet seen to work. `unit` leads.

    `counted` None: nobody has counted since it was opened, so the leading unit owes the count itself."""

    id: str
    incident: str
    unit: str
    recovered: datetime
    due: datetime
    opened: datetime
    counted: datetime | None = None
    owing: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()
    overdue: bool = False
    settled: datetime | None = None

    @property
    def is_confirmed(self) -> frozenset[str]:
        """The outlets that people have confirmed."""
        return frozenset(one.outlet for one in self.confirmed)


@dataclass(frozen=True, slots=True)
class Open:
    """Recovery was confirmed; all is to be settled by `due` (the plan's time)."""

    id: str
    incident: str
    unit: str
    recovered: datetime
    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """Who still has open entries, and who has outlets that neither measurement nor a person has seen to work."""

    owing: tuple[str, ...]
    unproved: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmOutlet:
    """A person has seen an outlet work. `measured_down`: the watch sees it fail now, so it cannot be."""

    outlet: str
    institution: str
    how: str
    measured_down: bool
    at: datetime
    by: str
    unit: str


Command = Open | Count | ConfirmOutlet


def recovery_id(incident: str) -> str:
    return f"V-{incident}"


def decide(command: Command, now: Recovery | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Conflict, Refused or BadInput; what changes nothing gives no fact."""
    if isinstance(command, Open):
        return _opened(command, now)
    if now is None:
        raise Conflict("这个事件尚未确认恢复 (recovery is not confirmed)")
    return _counted(command, now) if isinstance(command, Count) else _confirmed(command, now)


def evolve(now: Recovery | None, fact: Fact) -> Recovery:
    """What a fact makes of it."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "register:opened":
        recovered, due = _moment(data["recovered"]), _moment(data["due"])
        return Recovery(fact.subject, str(data["incident"]), str(data["unit"]), recovered, due, fact.at)
    assert now is not None
    match action:
        case "register:reopened":
            recovered, due = _moment(data["recovered"]), _moment(data["due"])
            return replace(now, recovered=recovered, due=due, counted=None, confirmed=(), overdue=False, settled=None)
        case "register:counted":
            owing, unproved = tuple(data["owing"]), tuple(data["unproved"])
            return replace(now, counted=fact.at, owing=owing, unproved=unproved, settled=None)
        case "outlet:confirmed":
            one = Confirmed(data["outlet"], data["institution"], data["how"], fact.at, fact.by)
            return replace(now, confirmed=(*now.confirmed, one))
        case "register:overdue":
            return replace(now, overdue=True)
        case _:
            return replace(now, settled=fact.at)


def duties(now: Recovery) -> tuple[Duty, ...]:
    """Each institution owes its entries, and the proof of its outlets; before a count the leading unit owes that."""
    if now.counted is None:
        return (_duty(now, now.unit, "backlog.count", "settlement"),)
    entries = [_duty(now, unit, "backlog.settle", "settlement") for unit in now.owing]
    return (*entries, *(_duty(now, unit, "recovery.prove", "technology") for unit in now.unproved))


def notices(fact: Fact, now: Recovery) -> tuple[Notice, ...]:
    """Who owes entries learns it once they are counted, and once more when the time is over."""
    action = fact.kind.removeprefix(PREFIX)
    if action == "register:counted":
        fresh = [*fact.data["fresh"]]
        return tuple(_notice(now, fact, unit, "backlog.settle", urgent=False) for unit in fresh)
    if action == "register:overdue":
        units = dict.fromkeys([*now.owing, now.unit])
        return tuple(_notice(now, fact, unit, "backlog.overdue", urgent=True) for unit in units)
    return ()


def _opened(command: Open, now: Recovery | None) -> tuple[Fact, ...]:
    data = {"recovered": command.recovered.isoformat(), "due": command.due.isoformat()}
    if now is None:
        more = {"incident": command.incident, "unit": command.unit}
        return (Fact(PREFIX + "register:opened", command.id, command.at, clause=CLAUSE, data=data | more),)
    if now.recovered == command.recovered:
        return ()
    return (_fact("register:reopened", now, command.at, data),)


def _counted(command: Count, now: Recovery) -> tuple[Fact, ...]:
    owing, unproved = _names(command.owing), _names(command.unproved)
    if now.counted is not None:  # what was seen to work once is proved; what fails later is another event
        unproved = tuple(unit for unit in unproved if unit in now.unproved)
    facts = []
    if now.counted is None or (owing, unproved) != (now.owing, now.unproved):
        fresh = [unit for unit in owing if unit not in now.owing]
        data = {"owing": list(owing), "unproved": list(unproved), "fresh": fresh}
        facts.append(_fact("register:counted", now, command.at, data))
    open_ = bool(owing or unproved)
    if not open_ and (now.settled is None or facts):
        facts.append(_fact("register:settled", now, command.at, {"due": now.due.isoformat()}))
    elif open_ and not now.overdue and command.at > now.due:
        facts.append(_fact("register:overdue", now, command.at, {"owing": list(owing), "unproved": list(unproved)}))
    return tuple(facts)


def _confirmed(command: ConfirmOutlet, now: Recovery) -> tuple[Fact, ...]:
    if command.outlet in now.is_confirmed:
        return ()
    if command.measured_down:
        raise Refused(CLAUSE, "监测仍看到这个网点不能核查", "修好后核查一笔，监测看到恢复即可 mend it first")
    if len(now.confirmed) >= CONFIRMED_MAX:
        raise Refused(CLAUSE, f"已确认 {CONFIRMED_MAX} 个网点", "其余由监测确认 the watch confirms the rest")
    how = checked_text("how", command.how)
    if not how:
        raise Refused(CLAUSE, "请写明怎样确认的", "例如：已核查一笔，结果正常 one verification came back")
    data = {"outlet": command.outlet, "institution": command.institution, "how": how}
    fact = Fact(PREFIX + "outlet:confirmed", now.id, command.at, command.by, command.unit, CLAUSE, data)
    return (fact,)


def _names(units: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(units)))


def _duty(now: Recovery, unit: str, what: str, post: str) -> Duty:
    return Duty(f"{now.id}:{what}:{unit}", unit, what, CLAUSE, now.id, now.recovered, now.due, post, now.incident)


def _notice(now: Recovery, fact: Fact, unit: str, what: str, *, urgent: bool) -> Notice:
    key = f"{now.id}:{what}:{unit}"
    words = {"due": now.due.isoformat()}
    return Notice(
        key, unit, what, CLAUSE, now.id, fact.at, "settlement", incident=now.incident, urgent=urgent, facts=words
    )


def _fact(action: str, now: Recovery, at: datetime, data: Mapping[str, Any]) -> Fact:
    return Fact(PREFIX + action, now.id, at, clause=CLAUSE, data=data)


def _moment(text: Any) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)
