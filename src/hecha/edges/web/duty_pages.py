"""What duties are called, and on which page each is done. A room that owes something new adds a line here."""

from collections.abc import Mapping

from hecha.edges.web import decision_words
from hecha.edges.web.words import N_
from hecha.kernel.duties import Duty

DUTIES: Mapping[str, str] = {
    **decision_words.DUTIES,
    "alert.report": N_("向本单位领导小组报告预警信息"),
    "alert.assess": N_("分析评估预警"),
    "alert.notify": N_("决定通知有关单位"),
    "alert.acknowledge": N_("签收预警通知"),
    "alert.lift": N_("解除预警"),
    "incident.confirm_recovery": N_("确认恢复"),
    "incident.consider_lowering": N_("测量显示较轻：研究是否降级或撤销"),
    "run.step": N_("按处置手册做下一步"),
    "run.finish": N_("结束一次处置"),
    "backlog.count": N_("清点待补核的登记"),
    "backlog.settle": N_("补核并处理登记"),
    "recovery.prove": N_("确认网点已恢复"),
    "review.analyse_settlement": N_("原因分析：支付结算部门"),
    "review.analyse_technology": N_("原因分析：科技部门"),
    "review.analyse_operations": N_("原因分析：运行维护部门"),
    "review.sign": N_("签署评估"),
    "improvement.do": N_("落实改进"),
    "order.publish": N_("发布命令"),
    "order.receipt": N_("签收命令"),
    "order.call": N_("电话督促签收命令"),
    "order.progress": N_("报告命令执行情况"),
    "order.summary": N_("汇总命令执行情况"),
    "order.undo": N_("撤销临时措施"),
    "release.approve": N_("审签信息发布稿"),
    "release.publish": N_("发布信息"),
    "report.first": N_("发送首报"),
    "report.follow_up": N_("发送续报"),
    "report.final": N_("发送终报"),
    "report.written": N_("补发书面报告"),
    "report.deliver": N_("把报告送系统外的收报单位"),
    "report.receive": N_("签收报告"),
}
"""Word of a duty → what it says."""

PAGES: Mapping[str, str] = {
    "meeting.": "/meetings/{subject}",
    "resolution.": "/decisions/{subject}",
    "handover.": "/handover/{subject}",
    "order.": "/orders/{subject}",
    "order.call": "/orders/{subject}/calls",
    "release.": "/releases/{subject}",
    "report.": "/reports/{subject}",
    "alert.": "/warnings/{subject}",
    "incident.": "/incidents/{incident}",
    "run.": "/runs/{subject}",
    "backlog.": "/recovery/{incident}",
    "recovery.": "/recovery/{incident}",
    "review.": "/evaluations/{subject}",
    "improvement.": "/evaluations/{subject}",
}
"""Begin of a duty's word → its page; the longest that fits is taken."""


def page_of(duty: Duty) -> str:
    """The page on which a duty is done; the incident's where there is no other."""
    fitting = [begin for begin in PAGES if duty.what.startswith(begin)]
    if not fitting:
        return f"/incidents/{duty.incident}" if duty.incident else "/duties"
    return PAGES[max(fitting, key=len)].format(incident=duty.incident, subject=duty.subject)
