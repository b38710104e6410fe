"""Authority (事权, 4.2.1): which group decides on an event of a level."""

from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.network.branches import Branch, Branches
from hecha.plan.model import Authority, Plan

LOCAL = "local"
UPPER = "upper"
HEAD_OFFICE = "head_office"


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
    authority = next((one for one in plan.authorities if one.level == level), None)
    if authority is None:
        return None
    if authority.who != LOCAL:
        return Decider(authority.clause, authority.who, branches.top().area, authority.referral)
    branch = branches.covering(areas)
    return Decider(authority.clause, branch.level, branch.area, _referral(authority, branches, branch))


def _referral(authority: Authority, branches: Branches, branch: Branch) -> str:
    """The level above a local branch, where the plan allows to refer there."""
    if authority.referral != UPPER:
        return authority.referral
    above = branches.superior(branch)
    return HEAD_OFFICE if above is None else above.level
