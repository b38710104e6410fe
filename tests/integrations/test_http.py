"""Deliveries over HTTP: who may, how much, what is answered, and that a storm is absorbed within seconds."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from hecha.edges.integrations import app as integrations_app
from hecha.edges.integrations import mapping, tokens
from hecha.edges.integrations.app import integrations
from hecha.edges.sandbox.integrations import FILE, sandbox_integrations
from hecha.kernel.errors import BadInput
from tests.integrations import messages
from tests.integrations.messages import refers_to
from tests.procedure.town import province
from tests.warning.town import Town, opened

KINDS = ("alertmanager", "cloudevents", "cap", "zabbix")
SECONDS_FOR_A_STORM = 60  # a bound for a busy machine; what it takes is in docs/figures.md


@asynccontextmanager
async def receiving(folder: Path) -> AsyncIterator[tuple[Town, httpx.AsyncClient, dict[str, str]]]:
    """A town whose integrations are served, and the sandbox's tokens."""
    async with opened(folder) as town:
        issued = sandbox_integrations(town.watched.network, folder)
        served = integrations(folder, town.procedure, town.alerts_kept)
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://console", timeout=300) as client:
            yield town, client, issued


def body_of(kind: str) -> bytes:
    bodies = {"alertmanager": messages.webhook([messages.alert(hecha_component="front/a")]), "cap": messages.cap()}
    bodies["cloudevents"] = json.dumps(messages.cloud_event()).encode()
    bodies["zabbix"] = json.dumps(messages.zabbix()).encode()
    return bodies[kind]


def headers_of(token: str, kind: str = "") -> dict[str, str]:
    media = {"cloudevents": "application/cloudevents+json", "cap": "application/cap+xml"}
    return {"authorization": f"Bearer {token}", "content-type": media.get(kind, "application/json")}


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_received_once(tmp_path: Path, kind: str) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        headers = headers_of(issued[kind], kind)
        first = await client.post(f"/{kind}", content=body_of(kind), headers=headers)
        assert first.status_code == 200, first.text
        assert first.json()["new"] == 1
        assert first.json()["alerts"] == [town.alert().id]
        again = await client.post(f"/{kind}", content=body_of(kind), headers=headers)
        assert (again.status_code, again.json()) == (200, first.json())
        assert len(town.alerts()) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_who_has_no_token_of_the_kind_is_turned_away_before_the_body_is_read(tmp_path: Path, kind: str) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {issued[kind]}"}):
            answer = await client.post(f"/{kind}", content=b"\xff" * 100, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
        other = next(one for one in KINDS if one != kind)
        answer = await client.post(f"/{kind}", content=body_of(kind), headers=headers_of(issued[other]))
        assert (answer.status_code, answer.json()["clause"]) == (403, "3.2.2")
        assert town.alerts() == []


@pytest.mark.parametrize(("kind", "body"), [(kind, body) for kind in KINDS for body in (b"", b"{", b"<a/>")])
async def test_what_cannot_be_read_is_a_problem_and_changes_nothing(tmp_path: Path, kind: str, body: bytes) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        answer = await client.post(f"/{kind}", content=body, headers=headers_of(issued[kind], kind))
        assert answer.status_code == 422
        assert answer.json()["errors"]
        assert town.alerts() == []


@pytest.mark.parametrize("kind", KINDS)
async def test_too_much_is_refused_with_or_without_its_length(tmp_path: Path, kind: str) -> None:
    async with receiving(tmp_path) as (_, client, issued):
        size = integrations_app.BODY_MAX[kind] + 1

        async def without_length() -> AsyncIterator[bytes]:
            for _ in range(size // 65536 + 1):
                yield b" " * 65536

        for content in (b" " * size, without_length()):
            answer = await client.post(f"/{kind}", content=content, headers=headers_of(issued[kind], kind))
            assert answer.status_code == 413


async def test_other_methods_and_paths_are_problems_too(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (_, client, _issued):
        assert (await client.get("/cap")).status_code == 405
        assert (await client.post("/nagios")).status_code == 404


async def test_binary_cloudevents_with_one_body_are_different_events(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (_, client, issued):
        headers = headers_of(issued["cloudevents"]) | {"ce-specversion": "1.0", "ce-source": "/m", "ce-type": "disk"}
        for n in (1, 2):
            answer = await client.post("/cloudevents", json={}, headers=headers | {"ce-id": f"e{n}"})
            assert answer.json()["new"] == 1


async def test_a_batch_of_cloudevents(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        batch = [messages.cloud_event(f"e{n}", data={"area": f"330{1 + n % 2}"}) for n in range(10)]
        headers = headers_of(issued["cloudevents"]) | {"content-type": "application/cloudevents-batch+json"}
        answer = await client.post("/cloudevents", content=json.dumps(batch), headers=headers)
        assert (answer.json()["new"], len(town.alerts())) == (10, 2)


async def test_an_exercise_by_cap_is_taken_and_does_nothing(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        body = messages.cap(status="Exercise")
        answer = await client.post("/cap", content=body, headers=headers_of(issued["cap"]))
        assert answer.status_code == 200
        assert "Exercise" in answer.json()["ignored"]
        assert town.alerts() == []


async def test_a_typhoon_over_two_cities_goes_to_the_province_and_is_cancelled(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        headers = headers_of(issued["cap"])
        codes = ("330100000000", "330200000000")
        await client.post("/cap", content=messages.cap(codes=codes), headers=headers)
        assert (town.alert().unit, town.alert().areas) == ("pbc/33", ("3301", "3302"))
        over = messages.cap("2", "Cancel", references=refers_to("33-20260806-1"), codes=codes, encoding="GBK")
        assert (await client.post("/cap", content=over, headers=headers)).status_code == 200
        assert not town.alert().is_open


async def test_twenty_four_thousand_alerts_in_a_few_requests(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        headers = headers_of(issued["alertmanager"])
        began = time.monotonic()
        for part in range(3):
            alerts = [messages.alert(8000 * part + n, hecha_component="front/a") for n in range(8000)]
            answer = await client.post("/alertmanager", content=messages.webhook(alerts), headers=headers)
            assert answer.json()["new"] == 8000
        assert time.monotonic() - began < SECONDS_FOR_A_STORM
        assert len(town.alerts()) == 1
        assert len({one.key for one in town.notices}) == 1


async def test_when_the_store_is_gone_it_is_said_and_nothing_is_promised(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, client, issued):
        town.watched.store._writer.stop()
        answer = await client.post("/zabbix", content=body_of("zabbix"), headers=headers_of(issued["zabbix"]))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_token_that_is_issued_counts_at_once_and_replaces_the_old(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (_, client, issued):
        fresh = tokens.issue(tmp_path / "keys" / tokens.FILE, "zabbix", "zabbix", "pbc/3301")
        for token, status in ((issued["zabbix"], 401), (fresh, 200)):
            answer = await client.post("/zabbix", content=body_of("zabbix"), headers=headers_of(token))
            assert answer.status_code == status


def test_only_digests_are_kept_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "keys" / tokens.FILE
    token = tokens.issue(path, "prometheus-hz", "alertmanager", "pbc/33")
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    for name, kind in (("../x", "cap"), ("", "cap"), ("x", "nagios")):
        with pytest.raises(BadInput):
            tokens.issue(path, name, kind, "pbc/33")
    path.write_text("{")
    with pytest.raises(BadInput, match="令牌文件"):
        tokens.load(path)


def test_the_sandbox_issues_once(tmp_path: Path) -> None:
    first = sandbox_integrations(province(), tmp_path)
    assert sandbox_integrations(province(), tmp_path) == first
    assert set(first) == set(KINDS)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "TOML"),
        ("[label]", "label"),
        ("[labels]\nregion = 'x'", "region"),
        ("[[rule]]\nlabel = 'instance'\nvalue = 'x'", "component"),
        ("[[rule]]\nlabel = 'instance'\nvalue = 'x'\ncomponent = 'front/z'", "front/z"),
        ("[[rule]]\nlabel = 'instance'\nvalue = 'x'\narea = '99'", "99"),
        ("[[rule]]\nlabel = 1\nvalue = 'x'\narea = '33'", "文字"),
        ("[[rule]]\nlabel = 'a'\nvalue = 'x'\narea = '33'\nbank = 'x'", "bank"),
    ],
)
def test_a_wrong_table_of_labels_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / mapping.FILE).write_text(text)
    with pytest.raises(BadInput) as caught:
        mapping.load_table(tmp_path / mapping.FILE, province())
    assert said in str(caught.value)


def test_a_table_of_labels_is_read(tmp_path: Path) -> None:
    rule = "[labels]\ncomponent = 'part'\n[[rule]]\nlabel = 'instance'\nvalue = '10.8.*'\ncomponent = 'front/a'\n"
    (tmp_path / mapping.FILE).write_text(rule)
    table = mapping.load_table(tmp_path / mapping.FILE, province())
    assert (table.component_label, table.area_label, table.rules[0].component) == ("part", "hecha_area", "front/a")
