"""How orders and releases are named, and what their facts read like."""

from collections.abc import Mapping

from markupsafe import Markup

from hecha.command.effect import WHY
from hecha.command.order import Measure
from hecha.edges.web.dress import Dress
from hecha.edges.web.words import N_
from hecha.flow.documents.order_of import WAYS
from hecha.response.wording import WORDS

KINDS: Mapping[str, str] = {"start": N_("启动命令"), "end": N_("结束命令")}
PHASES: Mapping[str, tuple[str, str]] = {  # word, colour
    "drafted": (N_("草稿，待发布"), "impaired"),
    "published": (N_("执行中"), "up"),
    "superseded": (N_("已被新命令替换"), "unknown"),
    "ended": (N_("已结束"), "unknown"),
    "settled": (N_("已结束，临时措施全部撤销"), "unknown"),
    "refused": (N_("未生效"), "down"),
    "dropped": (N_("草稿已撤"), "unknown"),
}
TABS: Mapping[str, str] = {
    "mine": N_("我要办的"),
    "drafted": N_("待发布的"),
    "live": N_("执行中的"),
    "over": N_("已结束的"),
    "void": N_("没有生效的"),
    "all": N_("全部"),
}
UNDO: Mapping[str, str] = {
    "delegations": N_("撤回委托，停止受托"),
    "modes": N_("改回原来的核查方式"),
    "operators": N_("收回临时增加的操作员和权限"),
    "routes": N_("前置和通道切回"),
    "exceptions": N_("停用例外采用的措施"),
}
HOW: Mapping[str, str] = {"system": N_("系统内"), "telephone": N_("电话")}
BUSINESS: Mapping[str, str] = {"business": N_("业务办法"), "technical": N_("技术办法")}
RELEASE_PHASES: Mapping[str, tuple[str, str]] = {
    "drafted": (N_("草稿，待审签"), "impaired"),
    "approved": (N_("已审签，待发布"), "impaired"),
    "published": (N_("已发布"), "up"),
    "dropped": (N_("已撤稿"), "unknown"),
}
RELEASE_TABS: Mapping[str, str] = {
    "mine": N_("我要办的"),
    "drafted": N_("待审签、待发布"),
    "live": N_("已发布"),
    "all": N_("全部"),
}
CHANNELS: Mapping[str, str] = {
    "outlets": N_("网点公告"),
    "website": N_("网站"),
    "press": N_("新闻媒体"),
    "hotline": N_("客服热线"),
    "government": N_("政府渠道"),
    "other": N_("其他渠道"),
}
FACTS: Mapping[str, str] = {
    "command:order:drafted": N_("起草命令"),
    "command:order:redrafted": N_("修改命令稿"),
    "command:order:dropped": N_("撤命令稿"),
    "command:order:published": N_("发布命令"),
    "command:order:refused": N_("命令未生效"),
    "command:order:extended": N_("命令随事件扩大"),
    "command:order:received": N_("签收命令"),
    "command:order:progressed": N_("报告执行情况"),
    "command:order:problem": N_("反映执行中的问题"),
    "command:order:adjusted": N_("调整应急办法"),
    "command:order:summarised": N_("汇总执行情况"),
    "command:order:chased": N_("催办签收"),
    "command:order:undone": N_("撤销一项临时措施"),
    "command:order:superseded": N_("命令被替换"),
    "command:order:ended": N_("命令结束"),
    "command:order:settled": N_("结束命令执行完毕"),
    "command:release:drafted": N_("起草信息发布稿"),
    "command:release:redrafted": N_("修改信息发布稿"),
    "command:release:approved": N_("审签信息发布稿"),
    "command:release:published": N_("发布信息"),
    "command:release:recorded": N_("登记总行发布的信息"),
    "command:release:dropped": N_("撤信息发布稿"),
}


def measure_words(dress: Dress, one: Measure) -> Markup:
    """The ways that a measure prescribes, in their order."""
    at = 0 if dress.language == "zh" else 1
    ways = [WORDS[WAYS[way]][at] for way in one.use if way in WAYS]
    return Markup(" → ").join(ways)


def why_not(dress: Dress, why: str) -> Markup:
    """Why an order has, or would have, no effect."""
    return dress.half(WHY[why][1])


def clause_of(why: str) -> str:
    return WHY[why][0]
