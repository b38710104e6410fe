"""Notices in words: the small facts of one as labels and values in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import datetime

from markupsafe import Markup, escape

from hecha.edges.notify import words
from hecha.edges.notify.channel import Why
from hecha.edges.notify.outbox import Message
from hecha.edges.web import decision_words, report_words, vocabulary
from hecha.edges.web.dress import Dress
from hecha.edges.web.words import N_
from hecha.flow.convey import Result, Way
from hecha.organization.acts import POSTS
from hecha.plan.model import Plan

CHANNELS: Mapping[str, str] = {
    Way.TELEPHONE: N_("电话"),
    Way.SMS: N_("短信"),
    Way.DINGTALK: N_("钉钉"),
    Way.WECOM: N_("企业微信"),
    Way.FEISHU: N_("飞书"),
    Way.MAIL: N_("邮件"),
}
RESULTS: Mapping[str, tuple[str, str]] = {  # word, colour
    Result.SENDING: (N_("投递中"), "unknown"),
    Result.SENT: (N_("已发出"), "maintenance"),
    Result.DELIVERED: (N_("已送达"), "up"),
    Result.FAILED: (N_("未成功"), "down"),
}
WHYS: Mapping[str, str] = {
    Why.UNREACHABLE: N_("连接不上"),
    Why.TIMEOUT: N_("超时无应答"),
    Why.DROPPED: N_("连接中断"),
    Why.FAULT: N_("服务方故障"),
    Why.LIMITED: N_("超过服务方限速"),
    Why.REFUSED: N_("服务方拒收"),
    Why.SETTINGS: N_("设置有误"),
    Why.BAD_ANSWER: N_("应答无效"),
    Why.UNDELIVERED: N_("回执：未送达"),
    "no_answer": N_("无人接听"),
    "busy": N_("占线"),
    "wrong_number": N_("号码有误"),
}
CALL_OUTCOMES: Mapping[str, str] = {
    "reached": N_("已接通并读回"),
    "no_answer": N_("无人接听"),
    "busy": N_("占线"),
    "wrong_number": N_("号码有误"),
}
STATES: Mapping[str, tuple[str, str]] = {  # word, colour
    "open": (N_("现行"), "unknown"),
    "waiting": (N_("待确认"), "impaired"),
    "acknowledged": (N_("已确认"), "up"),
    "superseded": (N_("已被替换"), "unknown"),
    "withdrawn": (N_("已撤回"), "unknown"),
}
HOW: Mapping[str, str] = {
    "inbox": N_("收件箱"),
    "link": N_("手机链接"),
    "telephone": N_("电话读回"),
    "api": N_("接口"),
}
Show = Callable[[Dress, Plan, str], Markup]


def facts_of(dress: Dress, plan: Plan, message: Message) -> list[tuple[str, Markup]]:
    """(label, value) of each fact; an unknown one stands as it is."""
    return [
        (words.fact(name, dress.language), _SHOWN.get(name, _plain)(dress, plan, value))
        for name, value in message.facts.items()
        if value
    ]


def post_of(dress: Dress, post: str) -> Markup:
    """A post's name in the reader's language."""
    found = POSTS.get(post)
    return dress.name(post) if found is None else escape(found[dress.language == "en"])


def _plain(dress: Dress, plan: Plan, value: str) -> Markup:
    return dress.name(value)


def _level(dress: Dress, plan: Plan, value: str) -> Markup:
    return dress.name(next((one.zh for one in plan.levels if str(one.rank) == value), value))


def _areas(dress: Dress, plan: Plan, value: str) -> Markup:
    return escape(dress.words.gettext("、")).join(dress.area(code) for code in value.split(","))


def _unit(dress: Dress, plan: Plan, value: str) -> Markup:
    return dress.unit(value)


def _moment(dress: Dress, plan: Plan, value: str) -> Markup:
    try:
        return escape(dress.day(datetime.fromisoformat(value)))
    except ValueError:
        return dress.name(value)


def _title(dress: Dress, plan: Plan, value: str) -> Markup:
    return dress.name(words.title(value, dress.language))


def _nature(dress: Dress, plan: Plan, value: str) -> Markup:
    return escape(dress.of(vocabulary.NATURES, value))


def _component(dress: Dress, plan: Plan, value: str) -> Markup:
    return dress.component(value)


def _kind(dress: Dress, plan: Plan, value: str) -> Markup:
    found = {**report_words.KINDS, **decision_words.KINDS}
    return escape(dress.of(found, value)) if value in found else dress.name(value)


def _because(dress: Dress, plan: Plan, value: str) -> Markup:
    return escape(dress.of(decision_words.BECAUSE, value)) if value in decision_words.BECAUSE else dress.name(value)


def _state(dress: Dress, plan: Plan, value: str) -> Markup:
    return escape(dress.of(report_words.PHASES, value)) if value in report_words.PHASES else dress.name(value)


_SHOWN: Mapping[str, Show] = {
    "kind": _kind,
    "because": _because,
    "state": _state,
    "level": _level,
    "areas": _areas,
    "unit": _unit,
    "from": _unit,
    "due": _moment,
    "what": _title,
    "nature": _nature,
    "component": _component,
}
