"""How warnings are named on pages: phases, kinds, origins, scores, tasks and what has happened."""

from collections.abc import Mapping

from hecha.edges.web.words import N_

PHASES: Mapping[str, tuple[str, str]] = {  # word, colour
    "raised": (N_("待报告"), "impaired"),
    "reported": (N_("待评估"), "impaired"),
    "assessed": (N_("已评估"), "maintenance"),
    "notified": (N_("已通知"), "down"),
    "lifted": (N_("已解除"), "up"),
    "incident": (N_("已转为突发事件"), "down"),
}
KINDS: Mapping[str, str] = {"anomaly": N_("系统运行异常"), "event": N_("外部事件")}
ORIGINS: Mapping[str, str] = {
    "watch": N_("监测或申报"),
    "alertmanager": N_("监控系统（Alertmanager）"),
    "zabbix": N_("监控系统（Zabbix）"),
    "cloudevents": N_("监控系统（CloudEvents）"),
    "cap": N_("公共预警（CAP）"),
    "page": N_("人工填报"),
    "telephone": N_("电话接报"),
    "paper": N_("书面来文"),
}
MEDIA: Mapping[str, str] = {
    "system": N_("系统"),
    "page": N_("页面"),
    "inbox": N_("收件箱"),
    "link": N_("手机链接"),
    "telephone": N_("电话"),
    "paper": N_("书面"),
    "api": N_("接口"),
}
TASKS: Mapping[str, str] = {
    "prevent": N_("加强预防"),
    "watch": N_("密切监测"),
    "prepare": N_("做好应急处置准备"),
}
LIKELIHOOD: Mapping[int, str] = {
    1: N_("极不可能"),
    2: N_("不大可能"),
    3: N_("有可能"),
    4: N_("很可能"),
    5: N_("几乎肯定"),
}
IMPACT: Mapping[int, str] = {
    1: N_("轻微"),
    2: N_("有限"),
    3: N_("较重"),
    4: N_("严重"),
    5: N_("极严重"),
}
SEVERITY: Mapping[int, str] = {
    0: N_("不明"),
    1: N_("蓝色 / 轻"),
    2: N_("黄色 / 中"),
    3: N_("橙色 / 重"),
    4: N_("红色 / 特重"),
}
MEASURED = (
    N_("按监测推算：已符合1.4.1"),
    N_("按监测推算：预计恢复时间超过界限，或已认定将超过"),
    N_("按监测推算：逾时没有预计恢复时间"),
    N_("按监测推算：尚无预计恢复时间"),
    N_("按监测推算：预计在界限之内恢复"),
    N_("按监测推算：已恢复，正在确认"),
)
"""What `hecha.flow.alerts.measured` gives as its reason."""
VIEWS: Mapping[str, str] = {"open": N_("未结束"), "notified": N_("已通知"), "all": N_("全部")}
FACTS: Mapping[str, str] = {
    "warning:alert:raised": N_("收到预警信息"),
    "warning:alert:updated": N_("预警信息有变化"),
    "warning:alert:told": N_("上报预警信息"),
    "warning:alert:assessed": N_("评估预警"),
    "warning:alert:overdue": N_("逾期未评估"),
    "warning:alert:notified": N_("通知有关单位"),
    "warning:alert:acknowledged": N_("签收预警通知"),
    "warning:alert:chased": N_("催签收"),
    "warning:alert:escalated": N_("多次催促未签收，转电话督办"),
    "warning:alert:quietened": N_("来源称已平息"),
    "warning:alert:stirred": N_("又有告警"),
    "warning:alert:became_incident": N_("预警转为突发事件"),
    "warning:alert:withdrawn": N_("未构成突发事件，仍为预警"),
    "warning:alert:ended": N_("监测确认恢复"),
    "warning:alert:lifted": N_("解除预警"),
    "warning:alert:joined": N_("并入同一原因的预警"),
}
