"""Group robots of DingTalk, WeCom and Feishu, through Apprise, and what they really answered.

Apprise builds and signs the request. For DingTalk and WeCom it takes every answer with status 200 for a yes, while
these providers refuse with 200 and a code in the body; so its HTTP goes through an ear that keeps the answer.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from apprise import AppriseAsset
from apprise.plugins import dingtalk, feishu, wecombot
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from hecha.edges.notify.channel import DINGTALK_PER_MINUTE, Failed, Letter, Sent, Why, failure_of
from hecha.edges.notify.unlogged import keep_out_of_logs
from hecha.flow.convey import Way

keep_out_of_logs("apprise", "urllib3", "urllib3.connectionpool")


class _Ear:
    """`requests` as the plugins use it; keeps, per thread, what was answered or what went wrong."""

    codes = requests.codes
    RequestException = requests.RequestException

    def __init__(self) -> None:
        self._kept = threading.local()

    def post(self, url: str, **options: Any) -> requests.Response:
        assert options.get("timeout")
        try:
            answer = requests.post(url, **options)  # noqa: S113  # ok: the plugin gives its time-out
        except requests.RequestException as error:
            self._kept.heard = _on_the_way(error)
            raise
        self._kept.heard = answer
        return answer

    def heard(self) -> requests.Response | Failed:
        """What the last post of this thread ended with."""
        found: requests.Response | Failed = getattr(self._kept, "heard", Failed(Why.SETTINGS, retry=False))
        self._kept.heard = Failed(Why.SETTINGS, retry=False)
        return found


_EAR = _Ear()
for _plugin in (dingtalk, feishu, wecombot):
    _plugin.requests = _EAR  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Robot:
    """The robot of one group. `secret` signs (DingTalk)."""

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One provider: its plugin, the public host and path, where the verdict stands, and codes that are no refusal."""

    plugin: type[Any]
    host: str
    path: str
    verdict: str
    limited: frozenset[int]
    unknown: frozenset[int]
    make: Callable[[type[Any], Robot, Letter, dict[str, Any]], Any]


_KINDS: Mapping[Way, _Kind] = {
    Way.DINGTALK: _Kind(
        NotifyDingTalk, "https://oapi.dingtalk.com", "/robot/send?access_token={token}", "errcode",
        frozenset({130101, 410100}), frozenset({400013, 400017, 300001, 310000}),
        lambda plugin, robot, letter, more: plugin(
            token=robot.token, secret=robot.secret or None, targets=[letter.to] if letter.to else None, **more
        ),
    ),
    Way.WECOM: _Kind(
        NotifyWeComBot, "https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key={key}", "errcode",
        frozenset({45009}), frozenset({93000}),
        lambda plugin, robot, letter, more: plugin(key=robot.token, **more),
    ),
    Way.FEISHU: _Kind(
        NotifyFeishu, "https://open.feishu.cn", "/open-apis/bot/v2/hook/{token}/", "code",
        frozenset({9499, 11232}), frozenset({19001, 19021, 19022, 19024}),
        lambda plugin, robot, letter, more: plugin(token=robot.token, **more),
    ),
}  # fmt: skip


class RobotChannel:
    """The robots of all groups of one provider, by unit; "*" is the group for units without one of their own.

    `host` is the provider's own host where a bank runs it inside its network."""

    def __init__(
        self,
        way: Way,
        groups: Mapping[str, Robot],
        *,
        host: str = "",
        per_minute: int = DINGTALK_PER_MINUTE,
        timeout_s: float = 10.0,
    ) -> None:
        self.way, self.per_minute, self.timeout_s = way, per_minute, timeout_s
        self._kind, self._groups = _KINDS[way], groups
        address = {"notify_url": (host.rstrip("/") or self._kind.host) + self._kind.path}
        self._plugin = type(self._kind.plugin.__name__, (self._kind.plugin,), address)

    def line(self, unit: str) -> str:
        group = self._group(unit)
        return f"{self.way}:{group}" if group else ""

    def send(self, letter: Letter) -> Sent | Failed:
        robot = self._groups[self._group(letter.unit)]
        more = {"asset": AppriseAsset(app_id="Hecha"), "cto": self.timeout_s, "rto": self.timeout_s}
        try:
            sender = self._kind.make(self._plugin, robot, letter, more)
        except TypeError:  # Apprise's refusal of a token that cannot be one
            return Failed(Why.SETTINGS, retry=False)
        sender.send(body=f"{letter.text}\n{letter.link}", title=letter.title)
        heard = _EAR.heard()
        return heard if isinstance(heard, Failed) else self._judged(heard)

    def _group(self, unit: str) -> str:
        return unit if unit in self._groups else ("*" if "*" in self._groups else "")

    def _judged(self, answer: requests.Response) -> Sent | Failed:
        failed = failure_of(answer.status_code, answer.headers.get("retry-after", ""))
        if failed is not None:
            return failed
        code = _code(answer.content, self._kind.verdict)
        if code is None:
            return Failed(Why.BAD_ANSWER)
        if code in self._kind.limited:
            return Failed(Why.LIMITED, pause=timedelta(minutes=1))
        if code in self._kind.unknown:
            return Failed(Why.SETTINGS, retry=False)
        if code == -1:
            return Failed(Why.FAULT)
        return Failed(Why.REFUSED, retry=False) if code else Sent()


def _code(body: bytes, verdict: str) -> int | None:
    """The provider's verdict, `None` when this is no answer of it."""
    try:
        code = json.loads(body).get(verdict)
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _on_the_way(error: requests.RequestException) -> Failed:
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout):
        return Failed(Why.TIMEOUT)
    reason = str(error)
    never = "NewConnectionError" in reason or "NameResolutionError" in reason or isinstance(
        error, requests.exceptions.SSLError
    )  # fmt: skip
    return Failed(Why.UNREACHABLE if never else Why.DROPPED)
