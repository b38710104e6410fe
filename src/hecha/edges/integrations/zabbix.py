"""Zabbix' webhook media type: one event a delivery, in the JSON form that docs/api.md asks the operator to set up.

{"eventid": "{EVENT.ID}", "status": "{EVENT.VALUE}", "severity": "{EVENT.NSEVERITY}", "host": "{HOST.HOST}",
 "name": "{EVENT.NAME}", "message": "{ALERT.MESSAGE}", "time": "{EVENT.TIMESTAMP}", "tags": {EVENT.TAGSJSON}}
"""

from typing import Any

import msgspec

from hecha.edges.integrations.reading import epoch_of, json_of
from hecha.kernel.errors import BadInput
from hecha.warning.signal import Signal, body, severity_of, title, word

_SEVERITY = {"0": 0, "1": 1, "2": 2, "3": 2, "4": 3, "5": 4}
_STATUS = {"1": False, "problem": False, "0": True, "ok": True, "resolved": True}
TAGS_MAX = 100


class _Event(msgspec.Struct):
    eventid: str | int
    status: str | int
    name: str
    host: str = ""
    severity: str | int = ""
    message: str = ""
    time: str | int = ""
    tags: Any = None


def read(content: bytes, source: str, charset: str = "") -> list[Signal]:
    """The signal of a delivery. Raises BadInput."""
    one = json_of(content, _Event, charset)
    status = str(one.status).strip().lower()
    if status not in _STATUS:
        raise BadInput("status", "应是 {EVENT.VALUE}：1 或 0 1 or 0", "problem, ok")
    event = str(one.eventid).strip()
    if not event or event.startswith("{"):
        raise BadInput("eventid", "应是 {EVENT.ID} 的值 the event's id is missing", "见接口文档 see docs/api.md")
    severity = str(one.severity).strip()
    return [
        Signal(
            source=source,
            key=f"{event}|{status}",
            instance=event,
            name=word(one.name) or "event",
            severity=_SEVERITY.get(severity, severity_of(severity)),
            resolved=_STATUS[status],
            begins=epoch_of(str(one.time), "time"),
            title=title(one.name),
            text=body(one.message),
            labels={"host": one.host} | _tags(one.tags),
        )
    ]


def _tags(given: Any) -> dict[str, str]:
    """Tags as Zabbix writes them, or as a plain object."""
    if given in (None, ""):
        return {}
    if isinstance(given, dict):
        pairs = list(given.items())
    elif isinstance(given, list) and all(isinstance(one, dict) for one in given):
        pairs = [(one.get("tag", ""), one.get("value", "")) for one in given]
    else:
        raise BadInput("tags", "应是 {EVENT.TAGSJSON} 的值 not a list of tags", '[{"tag": "…", "value": "…"}]')
    return {str(name): str(value) for name, value in pairs[:TAGS_MAX]}
