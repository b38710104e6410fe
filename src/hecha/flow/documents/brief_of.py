"""From an incident and what stands to be decided on it to the leader's brief."""

from collections.abc import Iterable
from datetime import datetime

from hecha.decision.handling import Handling
from hecha.decision.resolution import Resolution
from hecha.flow.command.possible import Awaited, Situation
from hecha.flow.documents.brief import LeaderBrief
from hecha.flow.documents.frame import Frame, short_zh
from hecha.flow.documents.minutes_of import DECISIONS
from hecha.incident.event import Incident
from hecha.plan.model import Plan

DONE_MAX = 8
MISFITS = {"low": "按条文定级明显偏低，建议提请上一级", "high": "按条文定级明显偏高"}


def leader_brief(
    event: Incident,
    plan: Plan,
    situation: Situation,
    frame: Frame,
    at: datetime,
    *,
    cities: Iterable[str],
    awaited: Iterable[Awaited] = (),
    taken: Iterable[Resolution] = (),
    handlings: Iterable[Handling] = (),
    worse: tuple[datetime, int] | None = None,
    contacts: tuple[tuple[str, str], ...] = (),
) -> LeaderBrief:
    """`cities` by name; `taken` and `handlings` the newest first; `worse`: when it reaches which level if nothing
    recovers. What may be decided are the kinds that the reader's group may resolve now."""
    return LeaderBrief(
        frame=frame,
        event=event.title,
        event_number=event.id,
        at=at,
        grade=situation.level_zh,
        clauses=event.proposed.decisive or event.proposed.because,
        since=event.occurred,
        scope=_scope(event, tuple(cities)),
        done=_done(taken, handlings),
        choices=_choices(situation, awaited),
        next_grade=plan.level(worse[1]).zh if worse else "",
        next_at=worse[0] if worse else None,
        estimate=event.estimate,
        warning=MISFITS.get(event.extent.misfit, ""),
        contacts=contacts,
    )


def _scope(event: Incident, cities: tuple[str, ...]) -> tuple[str, ...]:
    extent = event.extent
    where = "、".join(cities) if cities else "全省"
    figures = f"两种方式均不能核查{extent.dark}个，接口{extent.interface}个，非接口{extent.non_interface}个"
    lines = [f"地区：{where}"]
    if extent.dark or extent.interface or extent.non_interface:
        lines.append(f"不能核查的网点：{figures}（共{extent.total}个）")
    if extent.banks:
        lines.append(f"涉及银行机构{len(extent.banks)}家")
    return tuple(lines)


def _done(taken: Iterable[Resolution], handlings: Iterable[Handling]) -> tuple[str, ...]:
    """Decisions and first handling together, the newest first."""
    lines = [(one.taken or one.at, DECISIONS[one.kind] + f"（{one.proposer.name}）") for one in taken]
    lines += [(one.at, one.text) for one in handlings]
    return tuple(f"{short_zh(at)} {words}" for at, words in sorted(lines, reverse=True)[:DONE_MAX])


def _choices(situation: Situation, awaited: Iterable[Awaited]) -> tuple[tuple[str, str], ...]:
    waiting = list(awaited)
    proposed = {one.subject.kind for one in waiting if isinstance(one.subject, Resolution)}
    asked = [_asked(one) for one in waiting]
    able = [
        (DECISIONS[one.kind], "需第二人同意" if one.two else "")
        for one in situation.choices
        if one.allowed and one.kind not in proposed
    ]
    return tuple(asked + able) or ((f"由{situation.decides.zh}领导小组决策", situation.decides.clause),)


def _asked(one: Awaited) -> tuple[str, str]:
    subject = one.subject
    if isinstance(subject, Resolution):
        word = "补签" if one.what == "sign" else "同意"
        return f"{word}：{DECISIONS[subject.kind]}，{subject.reason}（{subject.proposer.name}提出）", subject.clause
    return f"批准发布信息：{subject.title}", subject.clause
