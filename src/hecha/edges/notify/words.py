"""What a notice is called, in both languages. A room that tells something new adds a line to TITLES.

An unknown word is shown as it is, and `outbox.put` says so in the log, which fails any test that puts it.
"""

from collections.abc import Mapping

SMS_TEXT = "您有一条应急通知，请登录查看"
"""All that a text message says: no content, no name, no place."""
TITLES: Mapping[str, tuple[str, str]] = {
    "notice.unanswered": ("下级单位尚未确认通知，请督促", "A unit below has not acknowledged: urge it"),
    # 3.2 warnings
    "alert.raised": ("收到预警信息", "News of a warning"),
    "alert.reported": ("预警信息已上报", "News of a warning, reported"),
    "alert.assess": ("请分析评估预警", "Assess a warning"),
    "alert.notify": ("请决定是否通知有关单位", "Decide whether to notify the units concerned"),
    "alert.notified": ("预警通知：请加强防范、密切监测", "Warning: strengthen prevention and monitor closely"),
    "alert.updated": ("预警有变化", "A warning has changed"),
    "alert.unanswered": ("有单位未确认预警通知，请电话督促", "Units have not acknowledged a warning: call them"),
    "alert.overdue": ("预警评估逾期", "The assessment of a warning is overdue"),
    "alert.lifted": ("预警解除", "A warning is lifted"),
    "alert.became_incident": ("预警转为突发事件", "A warning has become an incident"),
    # 1.4 incidents
    "incident.opened": ("发生突发事件", "An incident"),
    "incident.raised": ("事件等级上调", "An incident's grade has risen"),
    "incident.lowered": ("事件等级下调", "An incident's grade was lowered"),
    "incident.recovery_proposed": ("测量显示已恢复，请确认", "Measured as recovered: confirm it"),
    "incident.withdrawn": ("事件已撤销", "An incident was withdrawn"),
    # 4.1 reports
    "report.found": ("本单位发现或受到突发事件影响", "An emergency was found at your unit or hits it"),
    "report.owed": ("应报送报告", "A report is owed"),
    "report.due": ("报告即将到期", "A report is due soon"),
    "report.overdue": ("报告逾期", "A report is overdue"),
    "report.late": ("应收的报告逾期", "A report to you is late"),
    "report.phoned": ("收到电话报告", "A report came by telephone"),
    "report.skipped": ("下级越级报告", "A report has passed over you"),
    "report.sent": ("收到报告", "A report has come"),
    "report.unreceived": ("报告尚未签收", "A report has not been received"),
    "report.answered": ("上级已答复报告", "A report was answered"),
    # 4.2 decisions
    "meeting.convened": ("紧急会议召集", "The group is called to meet"),
    "meeting.overdue": ("紧急会议逾期未开", "A meeting is overdue"),
    "resolution.proposed": ("决策待第二人同意", "A decision waits for a second person"),
    "resolution.taken": ("决策已作出", "A decision was taken"),
    "resolution.refused": ("决策未获同意", "A decision was refused"),
    "resolution.disowned": ("电话同意被否认", "A consent by telephone was disowned"),
    "handover.offered": ("值班交接，待接班", "A handover waits to be taken"),
    # 4.3 orders and releases
    "order.start": ("启动命令", "Start order"),
    "order.end": ("结束命令", "End order"),
    "order.drafted": ("命令稿待发布", "A drafted order waits to be published"),
    "order.refused": ("命令被拒绝执行", "An order was refused"),
    "order.problem": ("执行命令遇到问题", "A problem with an order"),
    "order.summarised": ("命令执行情况汇总", "Summary of an order"),
    "order.adjusted": ("处置办法已调整", "Measures were adjusted"),
    "order.escalated": ("有单位逾期未签收命令", "Units have not receipted an order in time"),
    "release.drafted": ("信息发布稿待批准", "A release waits for approval"),
    "release.approved": ("信息发布稿已批准，待发布", "A release was approved: publish it"),
    "release.published": ("信息已发布", "A release was published"),
    "release.recorded": ("上级发布的信息已登记", "A release by the level above was recorded"),
    # 5 measures
    "run.step": ("请执行处置步骤", "A step of a runbook is yours"),
    "backlog.settle": ("已恢复：请补核并处理登记", "Recovered: verify and settle the register"),
    "backlog.overdue": ("补核逾期", "Back-verification is overdue"),
    "review.open": ("请评估已结束的事件", "Evaluate an event that has ended"),
    "improvement.do": ("有一项改进由您负责", "An improvement is yours"),
}
FACTS: Mapping[str, tuple[str, str]] = {
    "area": ("地区", "Area"),
    "areas": ("地区", "Areas"),
    "because": ("原因", "Because"),
    "clause": ("依据", "Clause"),
    "component": ("部件", "Component"),
    "due": ("期限", "Due"),
    "from": ("报送单位", "From"),
    "grade": ("等级", "Grade"),
    "impact": ("影响", "Impact"),
    "kind": ("类别", "Kind"),
    "late": ("逾期单位数", "Units late"),
    "level": ("等级", "Grade"),
    "likelihood": ("可能性", "Likelihood"),
    "nature": ("性质", "Nature"),
    "number": ("文号", "Number"),
    "runbook": ("处置流程", "Runbook"),
    "state": ("状态", "State"),
    "taker": ("接班人", "Taken by"),
    "tasks": ("要求", "Asked"),
    "title": ("名称", "Title"),
    "unit": ("单位", "Unit"),
    "waiting": ("未确认单位数", "Units waiting"),
    "what": ("事项", "Matter"),
}


def title(what: str, language: str = "zh") -> str:
    """The title of a kind of notice."""
    return _of(TITLES, what, language)


def fact(name: str, language: str = "zh") -> str:
    """What one of the small facts is called."""
    return _of(FACTS, name, language)


def _of(table: Mapping[str, tuple[str, str]], key: str, language: str) -> str:
    found = table.get(key)
    return key if found is None else found[language == "en"]
