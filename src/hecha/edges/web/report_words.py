"""How reports are named and what their facts read like, on pages and on paper."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from markupsafe import Markup, escape

from hecha.edges.web import vocabulary
from hecha.edges.web.dress import Dress
from hecha.edges.web.words import N_
from hecha.flow.report_facts import NO_ORDER
from hecha.plan.model import Plan
from hecha.report.content import Kind, Measured

NAMED_MAX = 12
"""Names that are written out; of more, the rest is counted."""
KINDS: Mapping[str, str] = {
    Kind.FIRST: N_("首报"),
    Kind.FOLLOW_UP: N_("续报"),
    Kind.FINAL: N_("终报"),
}
PHASES: Mapping[str, str] = {
    "owed": N_("待报"),
    "phoned": N_("已电话先报"),
    "sent": N_("已报出"),
    "cancelled": N_("已撤销"),
}
VIAS: Mapping[str, str] = {
    "telephone": N_("电话"),
    "fax": N_("传真"),
    "mail": N_("公文交换"),
    "courier": N_("专人送达"),
    "network": N_("公文传输系统"),
}
TABS: Mapping[str, str] = {
    "to_send": N_("我要报的"),
    "to_receive": N_("我要签收的"),
    "overdue": N_("逾期的"),
    "sent": N_("已报出的"),
    "received": N_("收到的"),
    "all": N_("全部"),
}
SECTIONS: Mapping[str, str] = {
    "4.1.1(1)": N_("单位、时间、地点"),
    "4.1.1(2)": N_("性质、原因"),
    "4.1.1(3)": N_("影响程度、等级"),
    "4.1.1(4)": N_("现场处置情况"),
    "4.1.1(5)": N_("启动应急处置办法的说明"),
}
ITEM_WORDS: Mapping[str, str] = {
    "unit": N_("发生单位"),
    "occurred": N_("发生时间"),
    "discovered": N_("发现时间"),
    "place": N_("发生地点"),
    "nature": N_("性质"),
    "cause": N_("突发事件原因"),
    "broken": N_("测得的故障部件"),
    "non_interface": N_("不能以非接口方式核查的网点"),
    "interface": N_("不能以接口方式核查的网点"),
    "dark": N_("两种方式均不能核查的网点"),
    "outlets": N_("网点总数"),
    "data_cities": N_("数据严重误差的地市"),
    "banks": N_("涉及的银行机构"),
    "below": N_("下级单位报告情况"),
    "grade_proposed": N_("测算的等级"),
    "grade": N_("认定的等级"),
    "degree": N_("影响程度说明"),
    "command": N_("现场组织指挥"),
    "handling": N_("先期处置措施"),
    "repair": N_("系统修复"),
    "estimate": N_("预计恢复时间"),
    "recovered": N_("恢复时间"),
    "activation": N_("应急处置办法的启动"),
    "help": N_("需要上级协助"),
    "help_text": N_("需要协助的事项"),
    "apply": N_("申请上级启动应急办法"),
    "apply_text": N_("申请的理由"),
}
YES_NO: Mapping[str, str] = {"yes": N_("是"), "no": N_("否")}
COUNT_WORDS: Mapping[str, str] = {
    "outlets": N_("网点"),
    "non_interface": N_("非接口不能"),
    "interface": N_("接口不能"),
    "dark": N_("均不能"),
}
MOMENTS = frozenset({"occurred", "discovered", "estimate", "recovered"})
_COUNTS = frozenset({"non_interface", "interface", "dark", "outlets"})


def measured_words(dress: Dress, plan: Plan, item: str, one: Measured) -> Markup:
    """A measured fact in words."""
    named: Mapping[str, Callable[[str], Markup]] = {
        "place": dress.area,
        "data_cities": dress.area,
        "banks": dress.bank,
        "broken": dress.component,
    }
    if item in named:
        return _listed(dress, map(named[item], one.names[:NAMED_MAX]), len(one.names))
    if item in MOMENTS:
        return escape(dress.day(datetime.fromisoformat(one.value)))
    if item in _COUNTS:
        return Markup(escape(dress.words.gettext(N_("%(count)s 个")))) % {"count": one.value}  # noqa: S704  # ok: escaped
    if item == "unit":
        return dress.unit(one.value)
    if item == "below":
        sent, _, owed = one.value.partition("/")
        told = Markup(escape(dress.words.gettext(N_("应报 %(owed)s 家，已报 %(sent)s 家"))))  # noqa: S704  # ok: escaped
        return told % {"owed": owed, "sent": sent}
    if item == "grade_proposed":
        return _grade(dress, plan, one)
    return _activation(dress, one.value)


def judged_words(dress: Dress, plan: Plan, item: str, value: str) -> Markup:
    """A judgement in words: a choice by its word, a text as it was written."""
    if item == "nature":
        return escape(dress.of(vocabulary.NATURES, value))
    if item == "grade":
        return level_word(dress, plan, value)
    if item in ("help", "apply"):
        return escape(dress.of(YES_NO, value))
    return dress.name(value)


def level_word(dress: Dress, plan: Plan, rank: str) -> Markup:
    found = next((level.zh for level in plan.levels if str(level.rank) == rank), "")
    return dress.name(found) if found else escape(dress.words.gettext(N_("未构成突发事件")))


def _grade(dress: Dress, plan: Plan, one: Measured) -> Markup:
    word = level_word(dress, plan, one.value)
    return word + Markup(" ({})").format("、".join(one.names)) if one.names else word


def _activation(dress: Dress, order: str) -> Markup:
    if order == NO_ORDER:
        return escape(dress.words.gettext(N_("尚未启动")))
    return Markup(escape(dress.words.gettext(N_("已启动（命令 %(order)s）")))) % {"order": order}  # noqa: S704  # ok: escaped


def _listed(dress: Dress, names: Iterable[Markup], total: int) -> Markup:
    joined = escape(dress.words.gettext("、")).join(names)
    if total <= NAMED_MAX:
        return joined
    rest = Markup(escape(dress.words.gettext(N_("等 %(count)s 个")))) % {"count": total}  # noqa: S704  # ok: escaped
    return joined + " " + rest
