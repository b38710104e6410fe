"""Authority (事权, 4.2.1): which group decides on an event of a level, as a level of the ladder and as a unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import Refused
from hecha.kernel.ids import AreaCode, ClauseId, UnitId
from hecha.network.branches import Branch, Branches
from hecha.organization.units import HEAD_OFFICE, Units
from hecha.plan.model import Authority, Plan

LOCAL = "local"
UPPER = "upper"
LADDER = ("county", "city", "province", str(HEAD_OFFICE))
"""From the lowest group to the highest."""


@dataclass(frozen=True, slots=True)
class Decider:
    """`who` ∈ county, city, province, head_office, for `area`; `referral` may be asked when it cannot cope."""

    clause: ClauseId
    who: str
    area: AreaCode
    referral: str = ""


def decider(plan: Plan, branches: Branches, level: int, areas: Iterable[AreaCode]) -> Decider | None:
    """Who decides; None when the plan names nobody. `areas` are the counties and cities the event touches.

    The local branch of an event over several areas is the lowest that covers all of them."""
    authority = _authority(plan, level)
    if authority is None:
        return None
    if authority.who != LOCAL:
        return Decider(authority.clause, authority.who, branches.top().area, authority.referral)
    branch = branches.covering(areas)
    return Decider(authority.clause, branch.level, branch.area, _referral(authority, branches, branch))


@dataclass(frozen=True, slots=True)
class Deciding:
    """The group that decides now. `unit` is its unit, `who` its rung of the ladder, `zh` its name.

    `acts`: the unit that transmits and carries out what it decides: itself, or the province for head office.
    `above`: the unit that it may refer to ("" at the top). `referred`: it decides because it was asked to."""

    clause: ClauseId
    unit: UnitId
    who: str
    zh: str
    acts: UnitId
    above: UnitId | str = ""
    referred: bool = False

    @property
    def rank(self) -> int:
        return rank_of(self.who)


def rank_of(who: str) -> int:
    """How high a rung stands: county 0, city 1, province 2, head_office 3."""
    return LADDER.index(who)


def deciding(
    plan: Plan, units: Units, level: int, areas: Iterable[AreaCode], at: datetime, referred: UnitId | str = ""
) -> Deciding:
    """The group that decides on an event of this level over these areas at that moment, or the one it was referred to
    where that stands higher. A plan that names nobody leaves it to the local branch.

    The local branch is the lowest that covers the whole area; where a city has no group (Hangzhou), or a district no
    branch, the unit above acts for it."""
    authority = _authority(plan, level) or Authority(ClauseId("4.2.1(1)"), level, LOCAL, UPPER)
    local = units.covering(areas, at)
    own = _as_decider(authority, units, _rung(authority, units, local, at), at)
    asked = _as_decider(authority, units, UnitId(referred), at, referred=True) if referred else None
    return asked if asked is not None and asked.rank > own.rank else own


def who_is(units: Units, unit: UnitId | str) -> str:
    """The rung of a unit of the central bank; "" for banks, outlets and what is unknown."""
    level = units.level(UnitId(unit))
    return str(level) if level is not None and str(level) in LADDER else ""


def in_its_area(units: Units, unit: UnitId | str, areas: Iterable[AreaCode]) -> bool:
    """Whether an event touches the area that a group stands for (2.1.2.3(3)); head office stands for all. An event
    without areas is the whole province's."""
    if unit == HEAD_OFFICE:
        return True
    mine, touched = units.area(UnitId(unit)), list(areas)
    if mine is None or not unit.startswith("pbc/"):
        return False
    if not touched:
        return units.network.areas[mine].parent is None
    return any(mine in upward(units, code) or code in upward(units, mine) for code in touched)


def upward(units: Units, code: AreaCode) -> list[AreaCode]:
    """An area and all above it."""
    found: list[AreaCode] = []
    here: AreaCode | None = code
    while here is not None and here in units.network.areas and here not in found:
        found.append(here)
        here = units.network.areas[here].parent
    return found


def require_decider(decides: Deciding, unit: UnitId | str, level_zh: str) -> None:
    """Raises Refused unless this unit's group is the one that decides now."""
    if unit == decides.unit:
        return
    if decides.unit == HEAD_OFFICE:
        raise Refused(
            decides.clause,
            f"{level_zh}事件由总行领导小组决策 head office decides, its decision is recorded here",
            "请报告并提请总行，收到决定后登记文号、时间和收件人；先期处置和辖内指挥不受限制 "
            "report and refer upward, then record the decision; first handling is never blocked",
        )
    raise Refused(
        decides.clause,
        f"{level_zh}事件现由{decides.zh}领导小组决策，不是本级的事权 another group decides on it now: {decides.unit}",
        "请报告并提请该级决策；先期处置和辖内指挥不受限制 report and refer to it; first handling is never blocked",
    )


def require_area(units: Units, unit: UnitId | str, areas: Iterable[AreaCode]) -> None:
    """Raises Refused unless the event touches this group's area."""
    if not in_its_area(units, unit, areas):
        raise Refused(
            "2.1.2.3(3)",
            "这起事件不在本级辖内 the event lies outside this group's area",
            "请由事件所在地的领导小组办理 leave it to the group of the place",
        )


def _authority(plan: Plan, level: int) -> Authority | None:
    return next((one for one in plan.authorities if one.level == level), None)


def _rung(authority: Authority, units: Units, local: UnitId, at: datetime) -> UnitId:
    """The branch of the place, or the nearest one above it on the named rung."""
    if authority.who == LOCAL:
        return local
    wanted, path = rank_of(authority.who), [local, *units.above(local, at)]
    return next((one for one in path if (who := who_is(units, one)) and rank_of(who) >= wanted), HEAD_OFFICE)


def _as_decider(authority: Authority, units: Units, unit: UnitId, at: datetime, *, referred: bool = False) -> Deciding:
    if unit == HEAD_OFFICE:
        below = [one for one in units.below(HEAD_OFFICE, at) if one.startswith("pbc/")]
        acts = below[0] if below else HEAD_OFFICE
        return Deciding(authority.clause, unit, str(HEAD_OFFICE), units.zh(unit, at), acts, "", referred)
    above = units.superior(unit, at) or HEAD_OFFICE
    may_refer = bool(authority.referral) or referred
    return Deciding(
        authority.clause, unit, who_is(units, unit), units.zh(unit, at), unit, above if may_refer else "", referred
    )


def _referral(authority: Authority, branches: Branches, branch: Branch) -> str:
    """The level above a local branch, where the plan allows to refer there."""
    if authority.referral != UPPER:
        return authority.referral
    above = branches.superior(branch)
    return str(HEAD_OFFICE) if above is None else above.level
