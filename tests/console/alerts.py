"""Warnings for pages: a typhoon that an office enters, the measured fault of the demonstration, a monitor's news."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from hecha.edges.integrations.mapping import places_of
from hecha.edges.integrations.news import News
from hecha.edges.integrations.taking import Taking
from hecha.edges.integrations.tokens import Integration
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.store.writer import Tx
from hecha.flow.alerts import Followed
from hecha.kernel.ids import UnitId
from hecha.warning.alert import Origin
from hecha.warning.lifecycle import Warning
from hecha.warning.signal import Signal, Table
from tests.console import demo
from tests.console.test_counter_page import form_with
from tests.console.town import Town

MONITOR = Integration("prometheus", Origin.ALERTMANAGER, UnitId("pbc/33"))


def runs(town: Town, act: Callable[[Tx], Any]) -> Any:
    """Something of the procedure, in the town's own loop."""
    return asyncio.run_coroutine_threadsafe(town.site.procedure.run(act), town._loop).result(20)


def measures(town: Town) -> str:
    """The watch follows the fault of both fronts; returns its id."""
    town.shows(demo.troubled())
    fault = town.site.loop.picture.faults[0]
    warning = Warning(fault.id, fault.components, fault.since, demo.START, fault.nature)
    leg = {"clause": "3.2.3(1)", "from_unit": "pbc/33", "to_unit": "pbc/33", "receiver": "office", "speed": "立即"}
    one = Followed("front/a|front/b", warning, replace(fault, reports=(leg,)))
    kept = Alerts(town.site.procedure.registry, town.site.procedure.ground)
    runs(town, lambda tx: kept.follow(tx, one, demo.START))
    return fault.id


def hears(town: Town, count: int = 3, **labels: str) -> str:
    """A monitor tells of hosts that are down; returns the alert's id."""
    ground = town.site.procedure.ground
    kept = Alerts(town.site.procedure.registry, ground)
    taking = Taking(kept, News(ground, ground.units), Table(), places_of(ground.network))
    signals = [
        Signal("prometheus", f"{n}|firing", str(n), "HostDown", 4, title=f"主机 {n} 无响应", labels=labels)
        for n in range(count)
    ]
    answer = runs(town, lambda tx: taking.take(tx, MONITOR, signals, b"1" * 32, demo.START))
    return str(answer["alerts"][0])


def enters(town: Town, login: str, **fields: Any) -> httpx.Response:
    """Somebody fills in the form for news."""
    browser = town.as_(login)
    form = form_with(browser.get("/warnings").text, "/warnings")
    until = (demo.START + timedelta(hours=40)).strftime("%Y-%m-%dT%H:%M")
    given = {"kind": "event", "nature": "disaster", "title": "台风红色预警", "severity": "4", "components": []}
    given |= {"areas": [], "expected_end": until}
    return browser.post("/warnings", data=form | given | fields)


def typhoon(town: Town, login: str = "province", **fields: Any) -> str:
    """A typhoon over Wenzhou and Taizhou; returns its id."""
    answer = enters(town, login, areas=["3303", "3310"], **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def posts(browser: httpx.Client, alert: str, what: str, **fields: Any) -> httpx.Response:
    """One of the forms on a warning's page, as it stands there, with these fields."""
    path = f"/warnings/{alert}/{what}"
    form = form_with(browser.get(f"/warnings/{alert}").text, path)
    return browser.post(path, data=form | fields)
