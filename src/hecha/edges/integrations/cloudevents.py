"""CloudEvents 1.0 over HTTP: structured and batched JSON, and binary mode.

The event's data is an object of which these are understood: component, area, severity, status, title, text, instance,
kind (anomaly, event), nature, areas, begins, ends, labels. Extension attributes hechacomponent, hechaarea,
hechaseverity, hechastatus and hechainstance go before them.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from hecha.edges.integrations.reading import bounded, json_of, moment_of, nature_of
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode
from hecha.warning.alert import Kind
from hecha.warning.signal import Signal, body, severity_of, title, word

SPEC = "1.0"
STRUCTURED, BATCHED = "application/cloudevents+json", "application/cloudevents-batch+json"
_OVER = frozenset({"resolved", "ok", "closed", "cleared", "recovered"})
_ATTRIBUTE_MAX = 1024
_AREAS_MAX = 120


def read(content: bytes, media: str, headers: Mapping[str, str], source: str, charset: str = "") -> list[Signal]:
    """The signals of a delivery, by its content type: structured, batched, else binary. Raises BadInput."""
    if media == BATCHED:
        events = bounded(json_of(content, list[dict[str, Any]], charset), "events")
        return [_signal(event, source) for event in events]
    if media == STRUCTURED:
        return [_signal(json_of(content, dict[str, Any], charset), source)]
    if media.startswith("application/cloudevents"):
        raise BadInput("content-type", "只接收 JSON only JSON is understood", f"{STRUCTURED}, {BATCHED}")
    return [_signal(_binary(content, media, headers, charset), source)]


def _binary(content: bytes, media: str, headers: Mapping[str, str], charset: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        name.removeprefix("ce-"): unquote(value) for name, value in headers.items() if name.startswith("ce-")
    }
    if content and (media == "application/json" or media.endswith("+json")):
        event["data"] = json_of(content, dict[str, Any], charset)
    return event


def _signal(event: Mapping[str, Any], source: str) -> Signal:
    id, origin, kind = (_needed(event, name) for name in ("id", "source", "type"))
    if event.get("specversion") != SPEC:
        raise BadInput("specversion", f"只接收 {SPEC} only {SPEC} is understood", 'specversion = "1.0"')
    data = event.get("data") if isinstance(event.get("data"), dict) else {}
    assert isinstance(data, dict)

    def said(name: str) -> str:
        value = event.get(f"hecha{name}", data.get(name, ""))
        return str(value) if isinstance(value, (str, int, float)) else ""

    instance = f"{origin}|{said('instance') or id}"
    is_event = said("kind") == Kind.EVENT
    return Signal(
        source=source,
        key=f"{origin}|{id}",
        instance=instance,
        name=word(kind),
        severity=severity_of(said("severity")),
        resolved=said("status").lower() in _OVER,
        begins=moment_of(said("begins") or str(event.get("time") or ""), "time"),
        ends=moment_of(said("ends"), "data.ends"),
        title=title(said("title")) or title(str(event.get("subject") or "")) or word(kind),
        text=body(said("text")),
        labels=_labels(event, data, said),
        kind=Kind.EVENT if is_event else Kind.ANOMALY,
        nature=nature_of(said("nature")),
        areas=_areas(data) if is_event else (),
        cause=f"{source}/{instance}" if is_event else "",
    )


def _labels(event: Mapping[str, Any], data: Mapping[str, Any], said: Any) -> dict[str, str]:
    given = data.get("labels") if isinstance(data.get("labels"), dict) else {}
    assert isinstance(given, dict)
    labels = {str(name): str(value) for name, value in given.items()}
    labels |= {name: str(event[name]) for name in ("type", "source", "subject") if event.get(name)}
    own = {"hecha_component": said("component"), "hecha_area": said("area")}
    return labels | {name: value for name, value in own.items() if value}


def _areas(data: Mapping[str, Any]) -> tuple[AreaCode, ...]:
    given = data.get("areas", ())
    if not isinstance(given, (list, tuple)) or len(given) > _AREAS_MAX:
        raise BadInput("data.areas", f"应是至多 {_AREAS_MAX} 个地区代码 a list of area codes", '["3303"]')
    return tuple(AreaCode(str(one)) for one in given)


def _needed(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _ATTRIBUTE_MAX:
        raise BadInput(name, "CloudEvents 必有的属性 a required attribute", "id, source, specversion, type")
    return value
