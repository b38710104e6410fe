"""How acts and posts are named in answers, in Chinese and in English."""

from collections.abc import Mapping

from hecha.plan.posts import STAFF, Act, Body, Department, SeatRole

ACTS: Mapping[Act, tuple[str, str]] = {
    Act.FIND: ("报告发现的异常", "telling of what was found"),
    Act.COLLECT_ANOMALY: ("收集系统运行异常信息", "collecting anomalies"),
    Act.COLLECT_EXTERNAL: ("收集外部事件信息", "collecting external events"),
    Act.ASSESS_WARNING: ("分析评估预警信息", "assessing a warning"),
    Act.NOTIFY_WARNING: ("通知有关单位做好准备", "notifying units to prepare"),
    Act.OPEN_INCIDENT: ("登记突发事件", "opening an incident"),
    Act.STATE_GRADE: ("提出事件等级", "stating the grade"),
    Act.REPORT: ("报送报告", "sending a report"),
    Act.CONVENE: ("召集会议", "convening the meeting"),
    Act.DECIDE: ("决策", "deciding"),
    Act.CONSENT: ("作为第二人同意", "consenting as the second person"),
    Act.COMMAND: ("统一指挥", "commanding"),
    Act.FIRST_HANDLING: ("先期处置", "first handling"),
    Act.DRAFT_ORDER: ("起草命令", "drafting an order"),
    Act.PUBLISH_ORDER: ("代为发布命令", "publishing an order"),
    Act.RECEIPT: ("签收命令", "receipt of an order"),
    Act.PROGRESS: ("报告执行进展", "reporting progress"),
    Act.ADJUST_BUSINESS: ("调整业务应急处置办法", "adjusting business measures"),
    Act.ADJUST_TECHNICAL: ("调整技术应急处置办法", "adjusting technical measures"),
    Act.OFFICE_SUMMARY: ("汇总上报信息", "summing up"),
    Act.DRAFT_RELEASE: ("起草信息发布稿", "drafting a release"),
    Act.APPROVE_RELEASE: ("批准信息发布", "approving a release"),
    Act.PUBLISH_RELEASE: ("代为发布信息", "publishing a release"),
    Act.CONFIRM_RECOVERY: ("确认恢复", "confirming recovery"),
    Act.CLOSE: ("结案", "closing"),
    Act.EVALUATE: ("评估和改进", "evaluation"),
    Act.RECORD_EXTERNAL: ("登记系统外单位的来文", "recording what an outside unit said"),
    Act.KEEP_ORGANIZATION: ("维护机构资料", "keeping the organisation"),
}
_BODIES = {Body.GROUP: ("领导小组", "the group"), Body.OFFICE: ("领导小组办公室", "the office")}
_SEATS = {
    f"{Body.GROUP}/{SeatRole.LEADER}": ("组长", "the group's leader"),
    f"{Body.GROUP}/{SeatRole.DEPUTY}": ("副组长", "a deputy leader"),
    f"{Body.GROUP}/{SeatRole.MEMBER}": ("领导小组成员", "a member of the group"),
    f"{Body.OFFICE}/{SeatRole.LEADER}": ("办公室主任", "the office's director"),
    f"{Body.OFFICE}/{SeatRole.DEPUTY}": ("办公室副主任", "the office's deputy director"),
    f"{Body.OFFICE}/{SeatRole.MEMBER}": ("办公室成员", "a member of the office"),
}
_DEPARTMENTS = {
    Department.SETTLEMENT: ("支付结算部门", "the settlement department"),
    Department.TECHNOLOGY: ("科技部门", "the technology department"),
    Department.CREDIT: ("征信（信贷）部门", "the credit department"),
    Department.PERSONAL_FINANCE: ("个人金融部门", "the personal finance department"),
}
POSTS: Mapping[str, tuple[str, str]] = {
    **{str(key): words for key, words in _BODIES.items()},
    **_SEATS,
    **{str(key): words for key, words in _DEPARTMENTS.items()},
    STAFF: ("本单位人员", "the unit's own people"),
}
"""Every word of `hecha.plan.posts.POST_WORDS`."""


def named(words: tuple[str, ...]) -> tuple[str, str]:
    """组长或副组长, the group's leader or a deputy leader."""
    zh, en = zip(*(POSTS[word] for word in words), strict=True)
    return "或".join(zh), " or ".join(en)
