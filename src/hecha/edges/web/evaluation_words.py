"""How evaluations and their figures are named on pages. A test keeps them the same as on paper."""

from collections.abc import Mapping

from hecha.edges.web.words import N_

TABS: Mapping[str, str] = {
    "open": N_("评估中"),
    "overdue": N_("逾期的，按分支机构"),
    "improving": N_("改进进行中"),
    "all": N_("全部"),
}
PHASES: Mapping[str, str] = {
    "open": N_("评估中"),
    "signed": N_("已签署，改进进行中"),
    "closed": N_("评估已完成"),
}
PARTIES: Mapping[str, str] = {
    "settlement": N_("支付结算部门"),
    "technology": N_("科技部门"),
    "operations": N_("运行维护部门"),
}
CLOCKS: Mapping[str, str] = {
    "detection": N_("发现"),
    "grade": N_("立案定级"),
    "first_report": N_("首报"),
    "decision": N_("启动决策"),
    "order": N_("启动命令"),
    "first_receipt": N_("首个签收"),
    "last_receipt": N_("最后签收"),
    "recovery": N_("恢复"),
    "end": N_("结束命令"),
    "settled": N_("登记业务补核办结"),
}
BEGINS: Mapping[str, str] = {
    "detection": N_("自发生"),
    "grade": N_("自发现"),
    "first_report": N_("自立案"),
    "decision": N_("自立案"),
    "order": N_("自决策"),
    "first_receipt": N_("自命令"),
    "last_receipt": N_("自命令"),
    "recovery": N_("自发生"),
    "end": N_("自恢复"),
    "settled": N_("自恢复"),
}
"""From when each clock runs."""
LOSSES: Mapping[str, str] = {
    "interface": N_("接口方式"),
    "non_interface": N_("非接口方式"),
    "dark": N_("两种方式均不能"),
}
BUSINESS: Mapping[str, str] = {
    "requests": N_("核查请求"),
    "failed": N_("未取得结果"),
    "switched": N_("改用另一种方式"),
    "delegated": N_("委托核查"),
    "registered": N_("登记待补核"),
    "same": N_("补核一致"),
    "differs": N_("补核不一致"),
    "unverifiable": N_("无法核查"),
    "settled": N_("已处理"),
    "open": N_("尚未办结"),
}
OUTCOMES: Mapping[str, str] = {
    "met": N_("按时"),
    "late": N_("逾期完成"),
    "open": N_("未到期"),
    "overdue": N_("逾期未做"),
    "lapsed": N_("不再需要"),
}
OWNERS: Mapping[str, str] = {
    "settlement": N_("支付结算部门"),
    "technology": N_("科技部门"),
    "office": N_("领导小组办公室"),
    "group": N_("领导小组"),
}
"""Who of a unit answers for an improvement."""
