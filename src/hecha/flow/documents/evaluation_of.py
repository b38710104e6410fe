"""From a review and the event's figures to the evaluation report (5.4)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from hecha.evaluation.figures import Clock, Figures
from hecha.evaluation.owed import Account, Outcome
from hecha.evaluation.review import Analysis, Improvement, PlanChange, Review
from hecha.flow.documents import evaluation as paper
from hecha.flow.documents.frame import Frame, ground_of, span_zh
from hecha.flow.documents.model import date_zh
from hecha.incident.event import Incident
from hecha.plan.model import Plan

Name = Callable[[str], str]
PARTIES = {"settlement": "支付结算部门", "technology": "科技部门", "operations": "运行维护部门"}
CLOCKS = {
    "detection": "发现",
    "grade": "立案定级",
    "first_report": "首报",
    "decision": "启动决策",
    "order": "启动命令",
    "first_receipt": "首个签收",
    "last_receipt": "最后签收",
    "recovery": "恢复",
    "end": "结束命令",
    "settled": "登记业务补核办结",
}
LOSSES = {"interface": "接口方式", "non_interface": "非接口方式", "dark": "两种方式均不能"}
BUSINESS = {
    "requests": "核查请求",
    "failed": "未取得结果",
    "switched": "改用另一种方式",
    "delegated": "委托核查",
    "registered": "登记待补核",
    "same": "补核一致",
    "differs": "补核不一致",
    "unverifiable": "无法核查",
    "settled": "已处理",
    "open": "尚未办结",
}
_ENDED = (Outcome.MET, Outcome.LATE, Outcome.OVERDUE)


def evaluation_paper(
    review: Review,
    figures: Figures,
    accounts: Iterable[Account],
    event: Incident,
    plan: Plan,
    frame: Frame,
    name: Name,
    level: str,
    words: Mapping[str, str],
    proof: str = "",
) -> paper.EvaluationPaper:
    """The report of one office's review. `level`: the gravest, in words; `words`: how duties are called.

    Duties still open and not yet due are neither met nor missed, and are left out."""
    return paper.EvaluationPaper(
        frame=frame,
        ground=ground_of(plan),
        event=event.title,
        event_number=event.id,
        grade=level,
        begun=event.occurred,
        ended=event.recovered,
        clocks=tuple(_clock(one, event) for one in figures.clocks),
        figures=tuple(_figures(figures)),
        duties=tuple(_duty(one, name, words) for one in accounts if one.outcome in _ENDED),
        causes=tuple((PARTIES.get(one.party, one.party), _cause(one)) for one in review.analyses),
        effects=(review.impact,) if review.impact else (),
        lessons=tuple(("做得好：" if one.worked else "不足：") + one.text for one in review.lessons),
        improvements=tuple(_improvement(one, name) for one in review.improvements),
        plan_changes=tuple(line for one in review.changes for line in _change(one)),
        proof=proof,
    )


def _clock(one: Clock, event: Incident) -> paper.ClockLine:
    since = None if one.end is None else max(one.end - event.occurred, timedelta())
    return paper.ClockLine(CLOCKS.get(one.name, one.name), one.end, since, took(one))


def took(one: Clock) -> str:
    """How long this step took."""
    return "" if one.minutes is None else span_zh(timedelta(minutes=one.minutes))


def _figures(figures: Figures) -> Iterable[paper.Figure]:
    for mode, loss in figures.losses.items():
        yield paper.Figure(f"{LOSSES.get(mode, mode)}：受影响网点·小时", f"{loss.hours}（最多{loss.peak}个网点）")
    for key, word in BUSINESS.items():
        yield paper.Figure(word, f"{getattr(figures.business, key)}笔")


def _duty(one: Account, name: Name, words: Mapping[str, str]) -> paper.DutyLine:
    duty = one.duty
    what = words.get(duty.what, duty.what)
    return paper.DutyLine(duty.clause, name(duty.unit), what, duty.due, one.done, one.outcome is Outcome.MET)


def _cause(one: Analysis) -> str:
    return f"{one.text.rstrip('。')}（{one.name}）。"


def _improvement(one: Improvement, name: Name) -> paper.Improvement:
    until = date_zh(one.due) + ("（已完成）" if one.is_done else "")
    return paper.Improvement(one.text, name(one.unit), until)


def _change(one: PlanChange) -> tuple[str, ...]:
    verdict = "检查通过" if one.admissible else "检查未通过"
    return (f"{one.plan}由第{one.version_before}版改为第{one.version}版，{verdict}。", *one.differences)
