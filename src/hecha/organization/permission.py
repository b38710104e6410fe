"""Whether somebody may do something: answered from seats and the plan's table, with clause, reason and way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from hecha.kernel.errors import Refused
from hecha.kernel.ids import UnitId
from hecha.organization.acts import ACTS, named
from hecha.plan.posts import Act, ActRule, Reach


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `unit` is the one that acts, `post` the word of the table that opened the door;
    `standing_in`: as a substitute, or for the one that the clause names, which the record must say."""

    allowed: bool
    clause: str
    unit: UnitId
    reason: str
    way_out: str = ""
    post: str = ""
    standing_in: bool = False

    def require(self) -> None:
        """Raises Refused when the answer is no."""
        if not self.allowed:
            raise Refused(self.clause, self.reason, self.way_out)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody is in one unit: `words` of the table, `stands_in` with those as a substitute; `rules` of that
    unit's level for the act; whether the unit is the one that acts, or has it in its area."""

    words: frozenset[str]
    stands_in: frozenset[str]
    rules: tuple[ActRule, ...]
    is_own: bool
    is_in_area: bool


def judged(claims: Sequence[Claim], act: Act, unit: UnitId, rules: Sequence[ActRule]) -> Verdict:
    """The verdict. `rules` are those of the acting unit's level; without any, nobody does this there."""
    doors = [(claim, rule) for claim in claims for rule in claim.rules if _reaches(claim, rule)]
    for claim, rule in doors:
        if post := _first(rule.who, claim.words):
            return Verdict(True, rule.clause, unit, _yes(act, post), post=post)
    for claim, rule in doors:
        if post := _first((*rule.who, *rule.standing_in), claim.words | claim.stands_in):
            return Verdict(True, rule.clause, unit, _yes(act, post), post=post, standing_in=True)
    return _no(act, unit, rules, any(claim.is_own for claim in claims))


def reads_only(act: Act, unit: UnitId) -> Verdict:
    """For an auditor, who looks and changes nothing."""
    zh, en = ACTS[act]
    reason = f"审计员只查阅，不能{zh} an auditor reads only, {en} is for others"
    return Verdict(False, "5.4", unit, reason, "请由有岗位的人员办理 leave it to those who hold a post")


def _first(asked: Sequence[str], words: frozenset[str]) -> str:
    """The first word that fits, "" for none."""
    return next((word for word in asked if word in words), "")


def _reaches(claim: Claim, rule: ActRule) -> bool:
    return claim.is_own or (claim.is_in_area and rule.reach is Reach.AREA)


def _yes(act: Act, post: str) -> str:
    (zh, en), (post_zh, post_en) = ACTS[act], named((post,))
    return f"{zh}可由{post_zh}办理 {en} may be done by {post_en}"


def _no(act: Act, unit: UnitId, rules: Sequence[ActRule], is_own: bool) -> Verdict:
    zh, en = ACTS[act]
    if not rules:
        reason = f"这一级单位不能{zh} {en} is not for units of this level"
        return Verdict(False, "2.1.2", unit, reason, "请转给有此职责的单位 hand it to a unit that has this duty")
    who_zh, who_en = named(tuple(dict.fromkeys(word for rule in rules for word in rule.who)))
    clause = rules[0].clause
    way_out = f"请转给该单位的{who_zh} ask {who_en} of that unit"
    if not is_own:
        return Verdict(False, clause, unit, f"{zh}由该单位自己的人员办理 {en} is for the unit's own people", way_out)
    return Verdict(False, clause, unit, f"{zh}由{who_zh}办理 {en} is for {who_en}", way_out)
