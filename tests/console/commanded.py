"""A county's event in the demonstration province, decided by the province: from the draft of the order on."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from hecha.command.order import Order
from hecha.flow.command import asking
from hecha.flow.life import Act
from hecha.incident.commands import ConfirmRecovery, Open, ProposeRecovery
from tests.commanding.town import extent, measured
from tests.console.town import Town, token_in

EVENT = "E1"


def runs(town: Town, coroutine: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(coroutine, town._loop).result(20)


def begins(town: Town, level: int = 3) -> None:
    """An incident is opened, as the watch would, in the county of the sandbox's clerk; her bank is hit."""
    now, bank = town.clock(), str(town.people["engineer"].unit).removeprefix("bank/")
    county, province = str(town.people["county"].unit).removeprefix("pbc/"), town.people["province"].unit
    command = Open(
        id=EVENT,
        plan="zhejiang",
        plan_version="1",
        revision="2026-01-01",
        title="部分网点核查受阻",
        warnings=(),
        components=("front/a",),
        nature="hardware",
        owner=province,
        unit=province,
        occurred=now - timedelta(hours=9),
        discovered=now - timedelta(hours=9),
        proposed=measured(level),
        extent=extent([county], [bank]),
        others={},
        event_after=481,
        at=now,
    )
    runs(town, town.site.procedure.do(Act("incident", EVENT, command)))


def decided(town: Town, kind: str = "start") -> Order:
    """The province's leader proposes, the deputy consents; the draft of the order."""
    desk, name = town.site.commands, f"D-{kind}-{len(orders(town))}"
    words = {"name": name, "incident": EVENT, "kind": kind, "reason": "短时间内难以修复"}
    runs(town, desk.do(town.people["leader"], asking.proposed, **words))
    runs(town, desk.do(town.people["deputy"], asking.consented, name=name))
    return orders(town)[-1]


def recovers(town: Town) -> None:
    """It works again, and the office has confirmed it."""
    now, unit = town.clock(), town.people["province"].unit
    runs(town, town.site.procedure.do(Act("incident", EVENT, ProposeRecovery(now, now))))
    runs(town, town.site.procedure.do(Act("incident", EVENT, ConfirmRecovery(now, now, "office", unit))))


def orders(town: Town) -> list[Order]:
    return list(town.site.procedure.of(EVENT, "order"))


def posts(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form as a page would, without looking at the page."""
    return browser.post(path, data={"csrf": token_in(browser.get("/duties").text), **fields})


def published(town: Town) -> Order:
    draft = decided(town)
    answer = posts(town.as_("settlement"), f"/orders/{draft.id}/publication")
    assert answer.status_code == 303, answer.text
    return orders(town)[-1]
