"""From a meeting and its resolutions to the minutes; from a handover to its sheet."""

from collections.abc import Callable, Iterable

from hecha.decision.handover import Handover
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Kind, Resolution
from hecha.flow.documents.frame import Frame, moment_zh
from hecha.flow.documents.handover import HandoverPaper
from hecha.flow.documents.minutes import Attendant, Decided, MinutesPaper
from hecha.incident.event import Incident
from hecha.kernel.errors import Refused

Name = Callable[[str], str]
POSTS = {
    "group/leader": "组长",
    "group/deputy": "副组长",
    "group/member": "成员",
    "office/leader": "办公室主任",
    "office/deputy": "办公室副主任",
    "office/member": "办公室成员",
}
HOW = {"present": "到会", "telephone": "电话", "deputy": "代会"}
DECISIONS = {
    Kind.START: "启动应急处置办法",
    Kind.END: "结束应急处置",
    Kind.LOWER: "降低事件等级",
    Kind.FIX_GRADE: "认定事件等级",
    Kind.REFER: "提请上级领导小组决策",
    Kind.REPAIR_FIRST: "先组织力量抢修",
    Kind.EXCEPTION: "例外采用一项措施",
}


def minutes_paper(
    meeting: Meeting, resolutions: Iterable[Resolution], event: Incident, recorder: str, frame: Frame
) -> MinutesPaper:
    """The minutes of a meeting that was held. Raises Refused for one that was not."""
    if meeting.held is None:
        raise Refused("4.2.2", "会议还没有召开 it has not met yet", "先登记到会情况 record who took part")
    taken = [one for one in resolutions if one.meeting == meeting.id and one.is_taken]
    said = [("原因", one.cause) for one in meeting.minutes if one.cause]
    said += [("影响", one.impact) for one in meeting.minutes if one.impact]
    said += [("结论", one.conclusion) for one in meeting.minutes]
    said += [(f"专家{one.expert}", one.text) for one in meeting.advice]
    return MinutesPaper(
        frame=frame,
        meeting="领导小组会议" if not meeting.experts else "领导小组会议（含专家研究）",
        event=event.title,
        event_number=event.id,
        held=meeting.held,
        place="",
        chair=meeting.chair,
        recorder=recorder,
        attendants=tuple(
            Attendant(one.name, POSTS.get(one.post, one.post), HOW.get(one.how, one.how)) for one in meeting.present
        ),
        said=tuple(said),
        decided=tuple(_decided(one) for one in taken),
        referred=next((one.reason for one in taken if one.kind is Kind.REFER), ""),
        ended=meeting.closed,
    )


def _decided(one: Resolution) -> Decided:
    words = DECISIONS[one.kind] + (f"：{one.reason}" if one.reason else "")
    return Decided(words, one.clause, tuple(filter(None, (one.proposer.name, _consent(one)))))


def _consent(one: Resolution) -> str:
    if one.consenter is None:
        return ""
    by_telephone = "（电话同意）" if one.telephone is not None else ""
    signed = "，待补签）" if one.owes_signature else "）"
    return one.consenter.name + (by_telephone.rstrip("）") + signed if by_telephone else "")


def handover_paper(
    handover: Handover,
    events: Iterable[Incident],
    frame: Frame,
    name: Name,
    level: Callable[[int | None], str],
    phase: Callable[[str], str],
    what: Callable[[str], str],
) -> HandoverPaper:
    """The sheet of a handover. `level`, `phase`, `what`: how a level, a phase, a duty is called."""
    rows = tuple((one.id, one.title, level(one.level), phase(one.phase)) for one in events)
    duties = tuple((what(one.what), one.incident or one.subject, moment_zh(one.due)) for one in handover.open)
    return HandoverPaper(
        frame=frame,
        unit=name(handover.unit),
        at=handover.at,
        leaving=handover.giver,
        coming=handover.taker,
        incidents=rows,
        duties=duties,
        notes=tuple(filter(None, (handover.notes, handover.remark))),
    )
