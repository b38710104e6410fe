"""Alertmanager's webhook, version 4: one delivery carries the alerts of one group."""

import msgspec

from hecha.edges.integrations.reading import bounded, json_of, moment_of
from hecha.kernel.errors import BadInput
from hecha.warning.signal import Signal, body, severity_of, title, word

VERSION = "4"
STATUS = ("firing", "resolved")


class _Alert(msgspec.Struct, rename="camel"):
    status: str
    labels: dict[str, str]
    fingerprint: str = ""
    annotations: dict[str, str] = {}  # ok: msgspec copies it
    starts_at: str = ""
    ends_at: str = ""


class _Delivery(msgspec.Struct, rename="camel"):
    version: str
    group_key: str
    alerts: list[_Alert]
    truncated_alerts: int = 0


def read(content: bytes, source: str, charset: str = "") -> tuple[list[Signal], int]:
    """The signals of a delivery, and how many it says it has left out. Raises BadInput."""
    found = json_of(content, _Delivery, charset)
    if found.version != VERSION:
        raise BadInput("version", f"只接收第 {VERSION} 版 only version {VERSION} is understood", 'version = "4"')
    alerts = bounded(found.alerts, "alerts")
    return [_signal(one, found.group_key, source) for one in alerts], max(0, found.truncated_alerts)


def _signal(one: _Alert, group: str, source: str) -> Signal:
    if one.status not in STATUS:
        raise BadInput("alerts.status", "firing 或 resolved", "/".join(STATUS))
    labels, said = one.labels, one.annotations
    name = word(labels.get("alertname", "")) or "alert"
    fingerprint = one.fingerprint or "\n".join(f"{key}={labels[key]}" for key in sorted(labels))
    instance = f"{group}|{fingerprint}|{one.starts_at}"
    return Signal(
        source=source,
        key=f"{instance}|{one.status}",
        instance=instance,
        name=name,
        severity=severity_of(labels.get("severity", "")),
        resolved=one.status == "resolved",
        begins=moment_of(one.starts_at, "alerts.startsAt"),
        ends=moment_of(one.ends_at, "alerts.endsAt") if one.status == "resolved" else None,
        title=title(said.get("summary", "")) or name,
        text=body(said.get("description", "")),
        labels=labels,
    )
