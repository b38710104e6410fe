"""Channels as they are set in `notify.toml` under HECHA_HOME. Without that file every channel is off.

The file holds secrets: it must be readable by its owner alone, and nothing of it is ever logged or shown.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from hecha.edges.notify.channel import DINGTALK_PER_MINUTE, Channel
from hecha.flow.convey import Way
from hecha.kernel.errors import BadInput

FILE = "notify.toml"
TOKEN_CHARS_MIN = 24


class _Receipts(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    id_field: str = "id"
    yes_field: str = "status"
    yes_value: str = "DELIVRD"


class _Sms(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    fields: dict[str, str]
    yes_field: str
    yes_value: str
    token: str = ""
    form: Literal["json", "form"] = "json"
    id_field: str = ""
    receipts: _Receipts | None = None
    per_minute: int = 60
    timeout_s: float = 10.0


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    secret: str = ""


class _Robot(msgspec.Struct, forbid_unknown_fields=True):
    groups: dict[str, _Group]
    host: str = ""
    per_minute: int = DINGTALK_PER_MINUTE
    timeout_s: float = 10.0


class _Mail(msgspec.Struct, forbid_unknown_fields=True):
    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = ""
    security: Literal["starttls", "ssl", "insecure"] = "starttls"
    per_minute: int = 60
    timeout_s: float = 10.0


class _File(msgspec.Struct, forbid_unknown_fields=True):
    address: str = ""
    sms: _Sms | None = None
    dingtalk: _Robot | None = None
    wecom: _Robot | None = None
    feishu: _Robot | None = None
    mail: _Mail | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """How the SMS gateway reports later what became of a message: the token it shows, where its id stands, and the
    field and value that say that the message arrived."""

    token: str = field(repr=False)
    id_field: str
    yes: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """`address` is where links lead ("" = where the console listens). No `receipts`: the gateway reports none."""

    channels: Mapping[Way, Channel] = field(default_factory=dict)
    address: str = ""
    receipts: Receipts | None = None


def load_notify_settings(path: Path) -> NotifySettings:
    """Read the file; all off when there is none. Raises BadInput that names the wrong setting, never its value."""
    if not path.exists():
        return NotifySettings()
    if path.stat().st_mode & 0o077:
        raise BadInput(FILE, "其中有密钥，只能由所有者读取 it holds secrets: only its owner may read it", "chmod 600")
    try:
        said = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except msgspec.ValidationError as error:
        raise BadInput(FILE, f"设置有误 wrong setting: {error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(FILE, f"不是有效的 TOML 文件 not valid TOML: {type(error).__name__}") from None
    return _settings(said)


def _settings(said: _File) -> NotifySettings:
    found: dict[Way, Channel] = {}
    if said.sms:
        found[Way.SMS] = _sms(said.sms)
    for way, robot in ((Way.DINGTALK, said.dingtalk), (Way.WECOM, said.wecom), (Way.FEISHU, said.feishu)):
        if robot:
            found[way] = _robot(way, robot)
    if said.mail:
        found[Way.MAIL] = _mail(said.mail)
    if said.address:
        _require_url("address", said.address)
    return NotifySettings(found, said.address.rstrip("/"), _receipts(said.sms))


def _receipts(said: _Sms | None) -> Receipts | None:
    if said is None or said.receipts is None:
        return None
    found = said.receipts
    if len(found.token) < TOKEN_CHARS_MIN:
        raise BadInput(FILE, f"sms.receipts.token: 至少 {TOKEN_CHARS_MIN} 个字符 at least {TOKEN_CHARS_MIN} characters")
    return Receipts(found.token, found.id_field, (found.yes_field, found.yes_value))


def _sms(said: _Sms) -> Channel:
    from hecha.edges.notify.sms import SmsGateway

    _require_url("sms.url", said.url)
    _require_pace("sms", said)
    if not any("{to}" in text for text in said.fields.values()):
        raise BadInput(FILE, 'sms.fields: 没有一项含 "{to}" no field holds "{to}"', "例如 mobile = '{to}'")
    yes = (said.yes_field, said.yes_value)
    return SmsGateway(said.url, said.token, said.fields, said.form, yes, said.id_field, said.per_minute, said.timeout_s)


def _robot(way: Way, said: _Robot) -> Channel:
    from hecha.edges.notify.robots import Robot, RobotChannel  # Apprise takes a while to load, and may be off

    if said.host:
        _require_url(f"{way}.host", said.host)
    _require_pace(way, said)
    if way is Way.DINGTALK and said.per_minute > DINGTALK_PER_MINUTE:
        raise BadInput(FILE, f"{way}.per_minute: 至多 {DINGTALK_PER_MINUTE} at most, or the robot is shut out")
    groups = {unit: Robot(group.token, group.secret) for unit, group in said.groups.items()}
    return RobotChannel(way, groups, host=said.host, per_minute=said.per_minute, timeout_s=said.timeout_s)


def _mail(said: _Mail) -> Channel:
    from hecha.edges.notify.mail import MailServer

    _require_pace("mail", said)
    return MailServer(
        said.host, said.port, said.sender, said.user, said.password, said.security, said.per_minute, said.timeout_s
    )


def _require_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(FILE, f"{name}: 应以 http:// 或 https:// 开头 must begin with http:// or https://")


def _require_pace(name: str, said: Any) -> None:
    if not 1 <= said.per_minute <= 6000:
        raise BadInput(FILE, f"{name}.per_minute: 1 至 6000 1 to 6000")
    if not 0.1 <= said.timeout_s <= 30:
        raise BadInput(FILE, f"{name}.timeout_s: 0.1 至 30 秒 0.1 to 30 seconds")
