"""What people ask for in evaluating (5.4): each right is asked of the organisation, then the command is made.

    act = analysed(asking, name="A-E1-pbc.33", party="technology", text="…", answers={3: "…"})

Every function returns an Act, or raises Refused, BadInput or NotThere. The office of the unit whose review it is
evaluates; a party's cause analysis is signed by that department's people, in its group or its office.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hecha.evaluation.reminding import POSTS
from hecha.evaluation.review import Improvement, Phase, Review
from hecha.evaluation.reviewing import Activate, Analyse, Improve, Improved, Learn, ProposePlan, Sign, SumUp
from hecha.flow.command.asking import Asking
from hecha.flow.evaluating import REVIEW
from hecha.flow.life import Act
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.units import bank_unit
from hecha.plan.posts import Act as Doing

KIND = REVIEW.kind
SIGNERS = ("office/leader", "office/deputy")
OWNING = ("office", "group")
"""Who says for a unit that an improvement is done, besides its department that owns it."""
POSTS_OF_OWNERS = ("settlement", "technology", "office", "group")


@dataclass(frozen=True, slots=True)
class May:
    """What this person may do with a review now; each refusal has its words when it is tried all the same."""

    analyse: frozenset[str] = frozenset()  # by party
    learn: bool = False
    improve: bool = False
    sign: bool = False
    propose: bool = False
    done: frozenset[int] = frozenset()  # improvements, by number
    activate: bool = False


def review_of(asking: Asking, name: str) -> Review:
    """Raises NotThere. Whether the person sees it is the desk's question."""
    found: Review | None = asking.book.state(KIND, name)
    if found is None:
        raise NotThere("没有这份评估，或不在您的权限之内 no such evaluation")
    return found


def may(asking: Asking, review: Review) -> May:
    """What to offer."""
    done = frozenset(one.number for one in review.open_improvements if _owns(asking, review, one))
    is_open = review.phase is Phase.OPEN
    activate = asking.may(Doing.DECIDE, asking.book.branches.top().unit)
    analyse = frozenset(party for party in POSTS if is_open and _stands_for(asking, review, party))
    if not asking.may(Doing.EVALUATE, review.unit):
        return May(analyse, done=done, activate=activate)
    return May(
        analyse=analyse,
        learn=is_open,
        improve=review.phase is not Phase.CLOSED,
        sign=is_open and _heads(asking, review),
        propose=review.phase is not Phase.CLOSED,
        done=done,
        activate=activate,
    )


def analysed(asking: Asking, *, name: str, party: str, text: str, answers: Mapping[int, str]) -> Act:
    """One party's cause analysis (5.4(1)), signed by the person who asks."""
    review = review_of(asking, name)
    if party in POSTS and not _stands_for(asking, review, party):
        raise Refused(
            "5.4(1)", "这一方的原因分析由本部门的人员签署", "请由本单位该部门的人员填写 that department's people"
        )
    known = len(asking.plan(asking.incident(review.incident)).questions)
    if any(not 0 <= number < known for number in answers):
        raise BadInput("answers", "没有这一问 no such question", f"0 至 {known - 1}")
    said = tuple(sorted(answers.items()))
    who = asking.principal
    return Act(KIND, name, Analyse(party, text, who.name, asking.at, who.account, said))


def summed_up(asking: Asking, *, name: str, text: str) -> Act:
    """What the figures mean (5.4(2))."""
    _evaluating(asking, name)
    return Act(KIND, name, SumUp(text, asking.at, asking.principal.account))


def learnt(asking: Asking, *, name: str, text: str, worked: bool) -> Act:
    """A lesson (5.4(3))."""
    _evaluating(asking, name)
    return Act(KIND, name, Learn(text, worked, asking.at, asking.principal.account))


def wanted(asking: Asking, *, name: str, text: str, unit: str, post: str, due: date) -> Act:
    """An improvement with its owner (5.4(3)): a unit of the office's own area, or a bank that the event hit."""
    review = _evaluating(asking, name)
    if unit and unit not in owners(asking, review):
        raise BadInput(
            "unit", "责任单位不在本级辖内，或与事件无关 not an owner", "请从列表中选择 choose one from the list"
        )
    if post not in POSTS_OF_OWNERS:
        raise BadInput("post", "没有这个部门或岗位 no such post", "、".join(POSTS_OF_OWNERS))
    return Act(KIND, name, Improve(text, unit, post, due, asking.at, asking.principal.account))


def improved(asking: Asking, *, name: str, number: int, proved: str) -> Act:
    """The owner says that it is done, and what shows it."""
    review = review_of(asking, name)
    found = next((one for one in review.improvements if one.number == number), None)
    if found is not None and not _owns(asking, review, found):
        raise Refused("5.4(3)", "改进由责任单位的负责部门登记完成", "请转给责任单位 hand it to its owner")
    return Act(KIND, name, Improved(number, proved, asking.at, asking.principal.account))


def proposed(asking: Asking, *, name: str, change: Mapping[str, Any]) -> Act:
    """A new version of the plan, already proved and compared (5.4(4))."""
    _evaluating(asking, name)
    return Act(KIND, name, ProposePlan(**change, at=asking.at, by=asking.principal.account))


def activated(asking: Asking, *, name: str, digest: str) -> Act:
    """The province's leading group makes a proposed version of the plan the live one."""
    review_of(asking, name)
    asking.require(Doing.DECIDE, asking.book.branches.top().unit)
    return Act(KIND, name, Activate(digest, asking.at, asking.principal.account))


def signed(asking: Asking, *, name: str, figures: Mapping[str, Any]) -> Act:
    """The head of the office signs; the figures stay as they are at this moment."""
    review = _evaluating(asking, name)
    if not _heads(asking, review):
        raise Refused("5.4", "评估由办公室主任或副主任签署", "请由办公室负责人签署 the head of the office signs")
    who = asking.principal
    return Act(KIND, name, Sign(who.name, figures, asking.at, who.account))


def owners(asking: Asking, review: Review) -> Sequence[str]:
    """Whom an improvement may be given to: the own unit, offices below it that evaluate the same event, banks hit."""
    units, incident = asking.book.units, asking.incident(review.incident)
    below = sorted(one.unit for one in asking.book.of(incident.id, KIND) if one.unit != review.unit)
    banks = [str(bank_unit(name)) for name in incident.reach.banks]  # type: ignore[arg-type]
    here = [one for one in (*below, *banks) if units.has_in_area(UnitId(review.unit), UnitId(one), asking.at)]
    return (review.unit, *here)


def _evaluating(asking: Asking, name: str) -> Review:
    review = review_of(asking, name)
    asking.require(Doing.EVALUATE, review.unit)
    return review


def _posts(asking: Asking, unit: str) -> frozenset[str]:
    return asking.organization.posts_of(asking.principal, UnitId(unit), at=asking.at)


def _heads(asking: Asking, review: Review) -> bool:
    return bool(_posts(asking, review.unit) & set(SIGNERS))


def _stands_for(asking: Asking, review: Review, party: str) -> bool:
    """Of the party's department, in the group or the office; the office's people where the department has nobody."""
    department = POSTS[party]
    if department in _posts(asking, review.unit):
        return True
    nobody = not asking.organization.who_holds(UnitId(review.unit), department, asking.at)
    return nobody and asking.may(Doing.EVALUATE, review.unit)


def _owns(asking: Asking, review: Review, one: Improvement) -> bool:
    return bool(_posts(asking, one.unit) & {one.post, *OWNING})
