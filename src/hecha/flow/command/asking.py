"""What people ask for in deciding (4.2): each right is checked by the organisation, then the command is made from the
book, all in the transaction in which it will run.

    asking = Asking(principal, organization, book, at)
    act = proposed(asking, incident="E1", kind=Kind.START, reason="…")

Every function returns an Act, or raises Refused, BadInput or NotThere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hecha.decision import handling, meeting, resolution
from hecha.decision.authority import require_area
from hecha.decision.resolution import Kind, Outside, Person, Resolution, Telephone
from hecha.decision.standing import Standing
from hecha.flow.book import Book, areas_of
from hecha.flow.command.following import meeting_id
from hecha.flow.command.standing import commands_here, minutes, rules_of, standing
from hecha.flow.life import Act
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import ClauseId, UnitId
from hecha.organization.organization import Held, Organization
from hecha.organization.permission import Verdict
from hecha.organization.principal import Principal
from hecha.organization.units import HEAD_OFFICE
from hecha.plan.model import Plan
from hecha.plan.posts import Act as May

KINDS = {one.value: one for one in Kind}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, with the organisation and the book of the transaction, and when.

    `standings`: how incidents stand, found once: an Asking looks before anything is written, and never after."""

    principal: Principal
    organization: Organization
    book: Book
    at: datetime
    standings: dict[str, Standing] = field(default_factory=dict, repr=False, compare=False)

    @property
    def unit(self) -> UnitId:
        """The unit that the person acts for."""
        return self.organization.units.acting(self.principal.unit, self.at)

    def require(self, act: May, unit: str = "") -> Verdict:
        """Raises Refused with clause, reason and way out unless the person may do it for the unit."""
        return self.organization.require(self.principal, act, UnitId(unit) if unit else self.unit, self.at)

    def may(self, act: May, unit: str = "") -> bool:
        return self.organization.may(self.principal, act, UnitId(unit) if unit else self.unit, self.at).allowed

    def person(self, verdict: Verdict) -> Person:
        """The person as a record names them."""
        return Person(self.principal.account, self.principal.name, verdict.post, verdict.standing_in)

    def incident(self, name: str) -> Incident:
        found: Incident | None = self.book.state("incident", name)
        if found is None:
            raise NotThere("没有这个事件，或不在您的权限之内 no such incident")
        return found

    def standing(self, incident: str) -> Standing:
        """Everything a resolution on this incident must know, at this moment."""
        if incident not in self.standings:
            self.standings[incident] = standing(self.book, incident, self.at)
        return self.standings[incident]

    def plan(self, incident: Incident) -> Plan:
        return self.book.plan(incident.plan)

    def own(self, kind: str, name: str) -> Any:
        """A life of the person's own unit. Raises NotThere, whether it does not exist or is another's."""
        found = self.book.state(kind, name)
        if found is None or getattr(found, "here", getattr(found, "unit", "")) != self.unit:
            raise NotThere("没有这一项，或不属于本单位 no such thing, or another unit's")
        return found


# --- meetings ----------------------------------------------------------------------------------------------------


def convened(asking: Asking, *, incident: str) -> Act:
    """A person calls the group together, besides what the rule has convened."""
    asking.require(May.CONVENE)
    found = asking.incident(incident)
    require_area(asking.book.units, asking.unit, areas_of(found))
    plan, called = asking.plan(found), [one for one in asking.book.of(incident, "meeting") if one.because == "called"]
    level = found.level if found.level is not None else max(one.rank for one in plan.levels)
    name = meeting_id(incident, asking.unit, f"C{len(called) + 1}")
    command = meeting.Convene(
        id=name,
        incident=incident,
        unit=asking.unit,
        because="called",
        level=level,
        at=asking.at,
        due=asking.at + minutes(plan, "meeting_within_minutes"),
        experts_wanted=level <= int(plan.settings["experts_from_level"]),
        by=asking.principal.account,
    )
    return Act("meeting", name, command)


def held(
    asking: Asking, *, name: str, chair: str, present: Iterable[meeting.Present], since: datetime | None = None
) -> Act:
    """Enter who was present; since when it met, if not from now."""
    _keeps(asking, name)
    command = meeting.Hold(asking.at, asking.principal.account, since or asking.at, chair, tuple(present))
    return Act("meeting", name, command)


def minuted(asking: Asking, *, name: str, cause: str, impact: str, conclusion: str) -> Act:
    _keeps(asking, name)
    return Act("meeting", name, meeting.Minute(asking.at, asking.principal.account, cause, impact, conclusion))


def experts_called(asking: Asking, *, name: str, experts: Iterable[str], question: str) -> Act:
    """The expert meeting of 4.2.2, by names from the roster or others."""
    _keeps(asking, name)
    return Act("meeting", name, meeting.CallExperts(asking.at, asking.principal.account, tuple(experts), question))


def advised(asking: Asking, *, name: str, expert: str, text: str) -> Act:
    _keeps(asking, name)
    return Act("meeting", name, meeting.Advise(asking.at, asking.principal.account, expert, text))


def closed(asking: Asking, *, name: str, reason: str) -> Act:
    asking.own("meeting", name)
    asking.require(May.CONVENE)
    return Act("meeting", name, meeting.Close(asking.at, asking.principal.account, reason))


def _keeps(asking: Asking, name: str) -> None:
    """The office keeps the meeting's record, and so may who convenes it."""
    asking.own("meeting", name)
    if not asking.may(May.DRAFT_ORDER):
        asking.require(May.CONVENE)


# --- resolutions -------------------------------------------------------------------------------------------------


def proposed(
    asking: Asking, *, name: str, incident: str, kind: str, reason: str, target: str = "", in_meeting: str = ""
) -> Act:
    """A member of the group proposes; the authority of its group is checked by the grade at this moment."""
    wanted = _kind(kind)
    found = asking.incident(incident)
    verdict = asking.require(May.COMMAND if wanted is Kind.REPAIR_FIRST else May.DECIDE)
    stands = asking.standing(incident)
    command = resolution.Propose(
        id=name,
        unit=asking.unit,
        kind=wanted,
        reason=reason,
        at=asking.at,
        who=asking.person(verdict),
        standing=stands,
        rules=rules_of(asking.plan(found)),
        in_area=commands_here(asking.book, found, asking.unit),
        target=_target(asking, found, wanted, target),
        meeting=in_meeting,
    )
    return Act("resolution", name, command)


def consented(asking: Asking, *, name: str) -> Act:
    """The second person consents, signed in."""
    found = _resolution(asking, name)
    verdict = asking.require(May.CONSENT)
    stands = asking.standing(found.incident)
    return Act("resolution", name, resolution.Consent(asking.at, asking.person(verdict), asking.unit, stands))


def consented_by_telephone(asking: Asking, *, name: str, callee: str, number: str, read_back: str) -> Act:
    """The office or the proposer enters a consent given by telephone; who gave it signs later."""
    found = _resolution(asking, name)
    if not asking.may(May.DECIDE):
        asking.require(May.RECORD_EXTERNAL)
    named = _member(asking, callee)
    telephone = Telephone(asking.principal.account, named.person.name, number, read_back)
    who = Person(named.person.account, named.person.name, named.seat.post, named.seat.substitute)
    stands = asking.standing(found.incident)
    return Act("resolution", name, resolution.Consent(asking.at, who, asking.unit, stands, telephone))


def signed(asking: Asking, *, name: str) -> Act:
    _resolution(asking, name)
    asking.require(May.CONSENT)
    return Act("resolution", name, resolution.Sign(asking.at, asking.principal.account, asking.principal.name))


def disowned(asking: Asking, *, name: str, reason: str) -> Act:
    _resolution(asking, name)
    asking.require(May.CONSENT)
    who = asking.principal
    return Act("resolution", name, resolution.Disown(asking.at, who.account, who.name, reason))


def recorded(
    asking: Asking, *, name: str, incident: str, kind: str, reason: str, outside: Outside, target: str = ""
) -> Act:
    """Head office's decision, as it came from outside; entered by the unit that acts for it."""
    verdict, wanted, found = asking.require(May.RECORD_EXTERNAL), _kind(kind), asking.incident(incident)
    stands = asking.standing(incident)
    if stands.decides.unit == HEAD_OFFICE and stands.decides.acts != asking.unit:
        raise Refused(
            stands.decides.clause,
            "总行的决定由省级领导小组办公室登记 head office's decision is entered by the province",
            "请把收到的文件转给省级办公室 hand it to the province's office",
        )
    command = resolution.Record(
        id=name,
        unit=HEAD_OFFICE,
        kind=wanted,
        reason=reason,
        at=asking.at,
        who=asking.person(verdict),
        outside=outside,
        standing=stands,
        rules=rules_of(asking.plan(found)),
        target=_target(asking, found, wanted, target),
    )
    return Act("resolution", name, command)


def scanned(asking: Asking, *, name: str, scan: str) -> Act:
    _resolution(asking, name)
    asking.require(May.RECORD_EXTERNAL)
    return Act("resolution", name, resolution.Scan(asking.at, asking.principal.account, scan))


def withdrawn(asking: Asking, *, name: str, reason: str) -> Act:
    """The proposer, or another who may decide, takes a proposal back."""
    found = _resolution(asking, name)
    if found.proposer.account != asking.principal.account:
        asking.require(May.DECIDE)
    return Act("resolution", name, resolution.Withdraw(asking.at, asking.principal.account, reason))


def handled(asking: Asking, *, name: str, incident: str, text: str) -> Act:
    """First handling, or a command to one's own area: never blocked by the grade (2.1.2.3(3), 2.2(3))."""
    asking.require(May.FIRST_HANDLING)
    found = asking.incident(incident)
    if asking.unit.startswith("pbc/"):
        require_area(asking.book.units, asking.unit, areas_of(found))
    command = handling.Record(name, incident, asking.unit, asking.at, asking.principal.account, text)
    return Act("handling", name, command)


def _kind(text: str) -> Kind:
    if text not in KINDS:
        raise BadInput("kind", "没有这种决策 no such kind of resolution", "、".join(KINDS))
    return KINDS[text]


def _target(asking: Asking, incident: Incident, kind: Kind, given: str) -> str:
    """To whom a referral goes follows from who decides; a level and an exception's way are ones that the plan knows."""
    if kind is Kind.REFER:
        decides = asking.standing(incident.id).decides
        return str(decides.above if decides.unit == asking.unit else decides.unit)
    if kind in resolution.GRADES and given not in (known := [str(one.rank) for one in asking.plan(incident).levels]):
        raise BadInput("target", "办法里没有这个等级 the plan knows no such level", "、".join(known))
    if kind is Kind.EXCEPTION:
        ways = {way for one in asking.plan(incident).measures for way in one.use}
        if ClauseId(given) not in ways:
            raise BadInput("target", "办法里没有这一项措施 the plan knows no such measure", "、".join(sorted(ways)))
    return given


def _resolution(asking: Asking, name: str) -> Resolution:
    found = asking.own("resolution", name)
    assert isinstance(found, Resolution)
    return found


def _member(asking: Asking, name: str) -> Held:
    """A member of the group who may consent, by name."""
    organization, unit = asking.organization, asking.unit
    for one in organization.who_holds(unit, "group", asking.at):
        if one.person.name == name.strip() and organization.may(one.person, May.CONSENT, unit, asking.at).allowed:
            return one
    raise BadInput(
        "callee", "本组没有这位可以同意的成员 nobody of the group by this name may consent", "请从名单选 choose"
    )
