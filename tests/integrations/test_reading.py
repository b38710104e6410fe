"""What each format says, and how each kind of broken or hostile message is refused: a table of both."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hecha.edges.integrations import alertmanager, cap, cloudevents, zabbix
from hecha.kernel.errors import BadInput
from hecha.warning.alert import Kind
from hecha.warning.signal import Signal
from tests.api.town import number
from tests.integrations import messages
from tests.integrations.messages import refers_to

KNOWN = {"33", "3303", "3310", "330302"}
JSON, BATCH = cloudevents.STRUCTURED, cloudevents.BATCHED


def read_cap(body: bytes) -> list[Signal]:
    return cap.read(body, "met", KNOWN.__contains__)[0]


def read_event(body: Any, media: str = JSON, headers: dict[str, str] | None = None) -> list[Signal]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return cloudevents.read(raw, media, headers or {}, "events")


def read_alerts(body: bytes) -> list[Signal]:
    return alertmanager.read(body, "prometheus")[0]


def read_zabbix(body: Any) -> list[Signal]:
    return zabbix.read(body if isinstance(body, bytes) else json.dumps(body).encode(), "zabbix")


# --- good messages -----------------------------------------------------------------------------------------------


def test_alertmanager() -> None:
    firing, resolved = read_alerts(messages.webhook([messages.alert(1), messages.alert(2, "resolved")]))
    assert (firing.name, firing.severity, firing.resolved, firing.title) == ("HostDown", 4, False, "主机无响应")
    assert firing.begins == datetime(2026, 3, 12, 0, 10, 0, 123456, UTC)
    assert firing.ends is None
    assert resolved.resolved
    assert resolved.ends == datetime(2026, 3, 12, 1, 10, tzinfo=UTC)
    assert firing.labels["instance"] == "10.8.0.1:9100"
    (again,) = read_alerts(messages.webhook([messages.alert(1, "resolved")]))
    assert again.instance == firing.instance  # its end finds it …
    assert again.key != firing.key  # … and is other news


def test_alertmanager_without_a_fingerprint_and_with_alerts_left_out() -> None:
    bare = {name: value for name, value in messages.alert(1).items() if name != "fingerprint"}
    signals, left_out = alertmanager.read(messages.webhook([bare], truncatedAlerts=7), "prometheus")
    assert left_out == 7
    assert signals[0].instance


def test_zabbix() -> None:
    (problem,) = read_zabbix(messages.zabbix())
    assert (problem.severity, problem.resolved, problem.labels["hecha_component"]) == (3, False, "front/a")
    assert problem.begins == datetime(2026, 3, 12, 0, 10, tzinfo=UTC)
    (over,) = read_zabbix(messages.zabbix(status="0"))
    assert (over.resolved, over.instance) == (True, problem.instance)
    (word,) = read_zabbix(messages.zabbix(status="PROBLEM", severity="Disaster", tags={"hecha_area": "3303"}))
    assert (word.severity, word.labels["hecha_area"]) == (4, "3303")


@pytest.mark.parametrize("charset", ["gbk", "GB2312", "gb18030"])
def test_json_in_gbk_where_the_content_type_says_so(charset: str) -> None:
    body = json.dumps(messages.zabbix(), ensure_ascii=False).encode("gbk")
    assert zabbix.read(body, "zabbix", charset)[0].title == "CPU 过高"


def test_cloudevents_structured_batched_and_binary() -> None:
    (one,) = read_event(messages.cloud_event())
    assert (one.title, one.severity, one.labels["hecha_component"]) == ("前置磁盘将满", 3, "front/a")
    two = read_event([messages.cloud_event("e1"), messages.cloud_event("e2")], BATCH)
    assert len({signal.key for signal in two}) == 2
    assert len({signal.instance for signal in two}) == 1  # the same disk
    headers = {"ce-specversion": "1.0", "ce-id": "b1", "ce-source": "/m", "ce-type": "disk.full"}
    headers |= {"ce-subject": "%E5%89%8D%E7%BD%AE", "ce-hechaseverity": "low", "ce-hechastatus": "resolved"}
    (binary,) = read_event({"component": "front/a"}, "application/json", headers)
    assert (binary.title, binary.severity, binary.resolved) == ("前置", 1, True)
    (bare,) = read_event(b"", "", headers)
    assert "hecha_component" not in bare.labels


def test_a_cloudevent_may_tell_of_what_happens_outside() -> None:
    data = {
        "kind": "event",
        "nature": "public_health",
        "areas": ["3303"],
        "title": "疫情",
        "ends": "2026-03-20T00:00:00Z",
    }
    (one,) = read_event(messages.cloud_event(data=data))
    assert (one.kind, one.nature, one.areas) == (Kind.EVENT, "public_health", ("3303",))
    assert one.ends == datetime(2026, 3, 20, tzinfo=UTC)


def test_cap() -> None:
    (one,) = read_cap(messages.cap())
    assert (one.kind, one.nature, one.severity, one.likely) == (Kind.EVENT, "disaster", 4, 4)
    assert one.title == "浙江省气象台发布台风红色预警"  # the Chinese part, wherever it stands
    assert one.areas == ("3303", "3310")
    assert one.ends == datetime(2026, 3, 14, 0, tzinfo=UTC)
    assert "做好防台准备" in one.text
    (update,) = read_cap(messages.cap("2", "Update", references=refers_to("33-20260806-1")))
    assert update.refers == (one.instance,)
    (cancel,) = read_cap(messages.cap("3", "Cancel", references=f"{refers_to('1')} {refers_to('2')}"))
    assert cancel.resolved
    assert len(cancel.refers) == 2


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("330302001000", "330302"), ("330302", "330302"), ("330300", "3303"), ("3303", "3303"), ("330000", "33"),
        ("33", "33"), ("330399", "3303"), ("339900", "33"), ("310000", None), ("3303x2", None), ("FIPS6", None),
        ("", None),
    ],
)  # fmt: skip
def test_area_codes_as_feeds_write_them(code: str, area: str | None) -> None:
    (one,) = read_cap(messages.cap(codes=[code]))
    assert one.areas == ((area,) if area else ())


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "GBK", "gb2312", "GB18030"])
def test_cap_in_the_encodings_of_the_field(encoding: str) -> None:
    assert "台风红色预警" in read_cap(messages.cap(encoding=encoding))[0].title


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (messages.cap(status="Exercise"), "Exercise"),
        (messages.cap(status="Test"), "Test"),
        (messages.cap(message="Ack", references=refers_to("1")), "Ack"),
    ],
)
def test_exercises_are_no_warnings(message: bytes, why: str) -> None:
    signals, said = cap.read(message, "met", KNOWN.__contains__)
    assert signals == []
    assert why in said


@pytest.mark.parametrize(
    ("category", "nature"),
    [
        ("Met", "disaster"), ("Geo", "disaster"), ("Fire", "accident"), ("Health", "public_health"),
        ("Security", "social_security"), ("Other", "other"), ("Nonsense", "other"),
    ],
)  # fmt: skip
def test_what_kind_of_event_it_is(category: str, nature: str) -> None:
    assert read_cap(messages.cap(category=category))[0].nature == nature


# --- broken and hostile ones ----------------------------------------------------------------------------------------

BILLION = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>'
    f'<alert xmlns="{messages.NAMESPACE}"><identifier>&y;</identifier></alert>'
).encode()
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f'<alert xmlns="{messages.NAMESPACE}"><identifier>&x;</identifier></alert>'
).encode()
DEEP = b'<alert xmlns="%s">' % messages.NAMESPACE.encode() + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</alert>"


def changed(old: str, new: str, **more: Any) -> bytes:
    text = messages.cap(**more).decode()
    assert old in text
    return text.replace(old, new).encode()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "body"),
        (b"not xml", "body"),
        (messages.cap()[:-20], "body"),
        (BILLION, "body"),
        (OUTSIDE, "body"),
        (DEEP, "body"),
        (messages.cap(encoding="GBK")[:200], "body"),
        (messages.cap().decode().encode("utf-16"), "body"),
        (changed('"UTF-8"', '"UTF-16"'), "encoding"),
        (changed('"UTF-8"', '"Shift_JIS"'), "encoding"),
        (changed("cap:1.2", "cap:1.1"), "alert"),
        (b"<alert/>", "alert"),
        (changed("<identifier>33-20260806-1</identifier>", ""), "identifier"),
        (changed("33-20260806-1<", "a,b<"), "identifier"),
        (changed("met@zj.example", "a b"), "sender"),
        (changed("<sent>2026-03-12T08:30:00+08:00", "<sent>yesterday"), "sent"),
        (changed("<sent>2026-03-12T08:30:00+08:00", "<sent>2026-03-12T08:30:00"), "sent"),
        (changed("2026-03-14T08:00:00+08:00", "soon"), "expires"),
        (messages.cap(message="Update"), "references"),
        (messages.cap(message="Cancel", references="nonsense"), "references"),
        (messages.cap(codes=["3303"] * 1100), "area"),
    ],
    ids=range(21),
)
def test_broken_and_hostile_cap_is_refused(body: bytes, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_cap(body)
    assert caught.value.where == where
    assert "passwd" not in str(caught.value)


Reader = Callable[[Any], list[Signal]]


@pytest.mark.parametrize(
    ("read", "body", "where"),
    [
        (read_alerts, b"{", "body"),
        (read_alerts, b"[]", "body"),
        (read_alerts, b"\xff\xfe", "body"),
        (read_alerts, b"[" * 100_000, "body"),
        (read_alerts, messages.webhook([]).replace(b'"4"', b'"3"'), "version"),
        (read_alerts, messages.webhook([messages.alert(status="on fire")]), "alerts.status"),
        (read_alerts, messages.webhook([messages.alert() | {"labels": {"a": 1}}]), "body"),
        (read_alerts, messages.webhook([messages.alert() | {"startsAt": "today"}]), "alerts.startsAt"),
        (read_alerts, messages.webhook([{"status": "firing", "labels": {}}] * 10_001), "alerts"),
        (read_zabbix, {"status": "1", "name": "x"}, "body"),
        (read_zabbix, messages.zabbix(status="maybe"), "status"),
        (read_zabbix, messages.zabbix() | {"eventid": "{EVENT.ID}"}, "eventid"),
        (read_zabbix, messages.zabbix(tags=[1]), "tags"),
        (read_zabbix, messages.zabbix(time="999999999999999"), "time"),
        (read_event, messages.cloud_event(specversion="0.3"), "specversion"),
        (read_event, messages.cloud_event(id=""), "id"),
        (read_event, messages.cloud_event(source=7), "source"),
        (read_event, messages.cloud_event(type="x" * 2000), "type"),
        (read_event, messages.cloud_event(time="noon"), "time"),
        (read_event, messages.cloud_event(data={"kind": "event", "areas": "3303"}), "data.areas"),
        (read_event, b"null", "body"),
    ],
    ids=range(21),
)
def test_broken_json_is_refused(read: Reader, body: Any, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(body)
    assert caught.value.where == where


def test_only_json_cloudevents_are_read() -> None:
    with pytest.raises(BadInput) as caught:
        read_event(b"<x/>", "application/cloudevents+avro")
    assert caught.value.where == "content-type"


def test_what_a_source_says_is_cleaned_before_anybody_sees_it() -> None:
    citizen = number(1)
    nasty = f"警\u202e告\x00\x1b[31m {citizen} <script>" + "长" * 500
    (one,) = read_alerts(messages.webhook([messages.alert() | {"annotations": {"summary": nasty}}]))
    assert citizen not in one.title
    assert not any(char in one.title for char in "\u202e\x00\x1b")
    assert len(one.title) <= 200
