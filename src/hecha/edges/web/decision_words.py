"""What meetings, resolutions and handovers are called on pages."""

from collections.abc import Mapping

from hecha.decision.resolution import Kind
from hecha.edges.web.words import N_

KINDS: Mapping[str, str] = {
    Kind.START: N_("启动应急处置办法"),
    Kind.END: N_("结束应急处置"),
    Kind.LOWER: N_("降低等级"),
    Kind.FIX_GRADE: N_("确定等级"),
    Kind.REFER: N_("提请上一级决策"),
    Kind.REPAIR_FIRST: N_("先组织抢修"),
    Kind.EXCEPTION: N_("例外采用一项措施"),
}
PHASES: Mapping[str, str] = {
    "proposed": N_("待第二人同意"),
    "taken": N_("已决定"),
    "settled": N_("已办结"),
    "refused": N_("未成立"),
}
REFUSED: Mapping[str, str] = {
    "stale": N_("等级或决策权已变，提议失效"),
    "over": N_("事件已结束"),
    "withdrawn": N_("已撤回或未获同意"),
    "not_decider": N_("已不由本组决策"),
    "not_recovered": N_("恢复又被推翻"),
}
MEETING_PHASES: Mapping[str, str] = {
    "convened": N_("已召集"),
    "held": N_("已召开"),
    "closed": N_("已结束"),
}
BECAUSE: Mapping[str, str] = {
    "opened": N_("发生突发事件"),
    "raised": N_("等级上升"),
    "lowered": N_("等级下降"),
    "referred": N_("下级提请"),
    "recovered": N_("确认恢复，研究结束"),
    "called": N_("人工召集"),
}
HOW_PRESENT: Mapping[str, str] = {
    "present": N_("到会"),
    "telephone": N_("电话参加"),
    "deputy": N_("代会"),
}
HOW_CAME: Mapping[str, str] = {
    "fax": N_("传真"),
    "telephone": N_("电话"),
    "document": N_("文件"),
}
SEATS: Mapping[str, str] = {
    "group/leader": N_("组长"),
    "group/deputy": N_("副组长"),
    "group/member": N_("成员"),
    "office/leader": N_("办公室主任"),
    "office/deputy": N_("办公室副主任"),
    "office/member": N_("办公室成员"),
}
STEPS: Mapping[str, str] = {
    "convene": N_("召集会议"),
    "handle": N_("记录先期处置"),
    "record": N_("登记总行的决定"),
    "consent": N_("同意"),
    "telephone": N_("登记电话同意"),
    "withdraw": N_("撤回或不同意"),
    "sign": N_("补签电话同意"),
    "disown": N_("否认电话同意"),
    "scan": N_("补扫描件"),
    "hold": N_("登记到会"),
    "minute": N_("记纪要"),
    "experts": N_("请专家"),
    "advise": N_("记专家意见"),
    "close": N_("结束会议"),
}
SHIFTS: Mapping[str, str] = {
    "offered": N_("待接班"),
    "taken": N_("已接班"),
    "withdrawn": N_("已撤回"),
}
TABS: Mapping[str, str] = {
    "open": N_("未办结的决策"),
    "all": N_("全部决策"),
    "meetings": N_("会议"),
    "handlings": N_("先期处置"),
}
FACTS: Mapping[str, str] = {
    "decision:meeting:convened": N_("召集领导小组会议"),
    "decision:meeting:held": N_("召开会议"),
    "decision:meeting:minuted": N_("会议纪要"),
    "decision:meeting:experts_called": N_("请专家研究"),
    "decision:meeting:advised": N_("专家意见"),
    "decision:meeting:overdue": N_("会议逾期未开"),
    "decision:meeting:closed": N_("会议结束"),
    "decision:resolution:proposed": N_("提出决策"),
    "decision:resolution:recorded": N_("登记总行的决定"),
    "decision:resolution:consented": N_("第二人同意"),
    "decision:resolution:taken": N_("作出决策"),
    "decision:resolution:signed": N_("补签电话同意"),
    "decision:resolution:disowned": N_("否认电话同意"),
    "decision:resolution:scanned": N_("补扫描件"),
    "decision:resolution:refused": N_("提议未成立"),
    "decision:resolution:settled": N_("决策办结"),
    "decision:handling:recorded": N_("先期处置"),
    "decision:handover:offered": N_("交班"),
    "decision:handover:taken": N_("接班"),
    "decision:handover:withdrawn": N_("撤回交班"),
}
DUTIES: Mapping[str, str] = {
    "meeting.hold": N_("召开领导小组会议"),
    "meeting.decide": N_("会议作出决策"),
    "meeting.experts": N_("召开专家会议"),
    "meeting.minutes": N_("记会议纪要"),
    "resolution.consent": N_("第二人同意决策"),
    "resolution.sign": N_("补签电话同意"),
    "resolution.scan": N_("补总行决定的扫描件"),
    "resolution.review": N_("先抢修后再研究是否启动"),
    "resolution.answer": N_("等待并登记总行的决定"),
    "handover.take": N_("接班"),
}
