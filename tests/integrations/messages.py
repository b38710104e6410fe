"""Messages as monitors and feeds send them."""

import json
from collections.abc import Sequence
from typing import Any

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


def alert(n: int = 1, status: str = "firing", **labels: str) -> dict[str, Any]:
    """One alert of Alertmanager."""
    return {
        "status": status,
        "labels": {"alertname": "HostDown", "severity": "critical", "instance": f"10.8.{n // 250}.{n % 250}:9100"}
        | labels,
        "annotations": {"summary": "主机无响应", "description": f"第 {n} 台主机已 5 分钟无响应"},
        "startsAt": "2026-03-12T00:10:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-03-12T01:10:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": f"{n:016x}",
    }


def webhook(alerts: Sequence[dict[str, Any]], group: str = '{}:{alertname="HostDown"}', **more: Any) -> bytes:
    """A delivery of Alertmanager, version 4."""
    body = {
        "version": "4",
        "groupKey": group,
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "hecha",
        "groupLabels": {"alertname": "HostDown"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": list(alerts),
    }
    return json.dumps(body | more, ensure_ascii=False).encode()


def cap(
    identifier: str = "33-20260806-1",
    message: str = "Alert",
    *,
    status: str = "Actual",
    references: str = "",
    codes: Sequence[str] = ("330300000000", "331000000000"),
    severity: str = "Extreme",
    certainty: str = "Likely",
    headline: str = "浙江省气象台发布台风红色预警",
    expires: str = "2026-03-14T08:00:00+08:00",
    encoding: str = "UTF-8",
    category: str = "Met",
) -> bytes:
    """A CAP message, in Chinese and English."""
    areas = "".join(
        f"<area><areaDesc>{code[:6]}</areaDesc><polygon>28.0,120.0 28.5,120.5 28.0,121.0 28.0,120.0</polygon>"
        f"<geocode><valueName>行政区划代码</valueName><value>{code}</value></geocode></area>"
        for code in codes
    )

    def info(language: str, title: str) -> str:
        return (
            f"<info><language>{language}</language><category>{category}</category><event>台风</event>"
            f"<urgency>Expected</urgency><severity>{severity}</severity><certainty>{certainty}</certainty>"
            f"<onset>2026-03-12T20:00:00+08:00</onset><expires>{expires}</expires><headline>{title}</headline>"
            f"<description>预计今夜登陆</description><instruction>做好防台准备</instruction>{areas}</info>"
        )

    refers = f"<references>{references}</references>" if references else ""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><alert xmlns="{NAMESPACE}"><identifier>{identifier}</identifier>'
        f"<sender>met@zj.example</sender><sent>2026-03-12T08:30:00+08:00</sent><status>{status}</status>"
        f"<msgType>{message}</msgType><scope>Public</scope>{refers}"
        f"{info('en-US', 'Typhoon warning')}{info('zh-CN', headline)}</alert>"
    )
    return text.encode("gb18030" if encoding.lower().startswith("gb") else "utf-8")


def refers_to(identifier: str) -> str:
    return f"met@zj.example,{identifier},2026-03-12T08:30:00+08:00"


def cloud_event(id: str = "e1", **more: Any) -> dict[str, Any]:
    """A structured event."""
    data = {"component": "front/a", "severity": "high", "title": "前置磁盘将满", "text": "已用 96%", "instance": "disk"}
    event = {"specversion": "1.0", "id": id, "source": "/monitor/hz", "type": "disk.full"}
    return event | {"time": "2026-03-12T08:10:00+08:00", "subject": "front-a", "data": data} | more


def zabbix(event: int = 17, status: str = "1", **more: Any) -> dict[str, Any]:
    """One event as the webhook's script writes it."""
    tags = [{"tag": "hecha_component", "value": "front/a"}]
    found = {"eventid": str(event), "status": status, "severity": "4", "host": "front-a", "name": "CPU 过高"}
    return found | {"message": "负载 31", "time": "1773274200", "tags": tags} | more
