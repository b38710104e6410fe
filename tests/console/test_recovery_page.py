"""The recovery page: what remains, with whom, who must call whom, and outlets that people confirm."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from hecha.edges.procedure.settling import Settling
from hecha.edges.store import lives
from hecha.flow.life import Act
from hecha.flow.picture import Picture, State
from hecha.incident.commands import ConfirmRecovery
from hecha.kernel.ids import Mode
from hecha.response.backlog import Answer
from hecha.verification.outcome import Outcome
from tests.console import demo
from tests.console.test_counter_page import asks, form_with
from tests.console.town import Town, token_in


def recovered_picture(town: Town) -> Picture:
    """All works again, but the clerk's outlet has not been heard of and another one of its bank still fails."""
    outlet = town.people["clerk"].outlet
    assert outlet is not None
    bank = town.site.network.outlets[outlet].bank
    other = next(one.id for one in town.site.network.outlets.values() if one.bank == bank and one.id != outlet)
    states = {outlet: {Mode.NON_INTERFACE: State.UNKNOWN}, other: {Mode.NON_INTERFACE: State.DOWN}}
    return demo.picture(states, town.clock())


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    place.chain.down = True
    clerk = place.as_("clerk")
    form = form_with(asks(clerk, place), "/counter/registration") | {"telephone": "0571-0000"}
    done = clerk.post("/counter/registration", data=form).text
    entry = re.findall(r"/registrations/(R[\w-]+)", done)[0]
    place.clock.passes(hours=1)
    place.shows(recovered_picture(place))
    event = the_only(place)
    runs(
        place,
        place.site.procedure.do(
            Act("incident", event, ConfirmRecovery(place.clock(), place.clock(), "leader", "pbc/33"))
        ),
    )
    place.clock.passes(minutes=2)
    answer = Answer(Outcome.NAME_MISMATCH, place.clock())
    place.store.submit(lambda tx: lives.register.do(tx, entry, answer)).result()
    counts(place)
    yield place
    place.close()


def runs(town: Town, what: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(what, town._loop).result(20)


def counts(town: Town) -> None:
    """The procedure's loop counts the register."""
    settling = Settling(town.site.procedure, lambda: town.site.loop.picture)
    runs(town, settling.step(int(town.clock().timestamp() // 60)))


def the_only(town: Town) -> str:
    (found,) = town.site.procedure.open("incident")
    return str(found.id)


def does(town: Town, login: str, path: str, **fields: str) -> httpx.Response:
    browser = town.as_(login)
    return browser.post(path, data={"csrf": token_in(browser.get("/duties").text), **fields})


def test_the_clerk_sees_who_must_be_called_and_whats_next(town: Town) -> None:
    html = town.reader("clerk").get(f"/recovery/{the_only(town)}").text
    assert "补核不一致" in html
    assert "联系客户补充证件" in html
    assert "还有 2 天 23 小时" in html or "还有 71 小时" in html
    assert town.citizen().name not in html


def test_each_sees_only_their_own_entries(town: Town) -> None:
    path = f"/recovery/{the_only(town)}"
    assert "补核不一致" in town.reader("province").get(path).text
    assert "没有要由人处理的登记" in town.reader("clerk2").get(path).text


def test_it_stands_on_the_incident_among_duties_and_in_the_list(town: Town) -> None:
    path = f"/recovery/{the_only(town)}"
    for login, page in (("province", f"/incidents/{the_only(town)}"), ("engineer", "/duties"), ("leader", "/recovery")):
        assert path in town.reader(login).get(page).text


def test_an_outlet_that_was_not_heard_of_is_confirmed_by_its_own_people(town: Town) -> None:
    path, outlet = f"/recovery/{the_only(town)}", str(town.people["clerk"].outlet)
    assert "怎样确认的" in town.reader("engineer").get(path).text
    assert "怎样确认的" not in town.reader("province").get(path).text
    form = {"outlet": outlet, "how": "已核查一笔，结果正常"}
    assert does(town, "province", f"{path}/outlet", **form).status_code == 403
    assert does(town, "clerk2", f"{path}/outlet", **form).status_code == 403
    assert does(town, "clerk", f"{path}/outlet", **form | {"how": ""}).status_code == 403
    assert does(town, "clerk", f"{path}/outlet", **form).status_code == 303
    assert "已人工确认" in town.as_("engineer").get(path).text


def test_nobody_confirms_what_is_measured_as_failing(town: Town) -> None:
    (other,) = [name for name, modes in town.site.loop.picture.outlets_not_up.items() if State.DOWN in modes.values()]
    answer = does(town, "engineer", f"/recovery/{the_only(town)}/outlet", outlet=str(other), how="看着好了")
    assert answer.status_code == 403
    assert "仍看到" in answer.text


def test_what_is_overdue_is_shown_by_branch(town: Town) -> None:
    before = town.clock()
    town.clock.passes(hours=80)
    html = town.as_("province").get(f"/recovery/{the_only(town)}").text
    assert "逾期未了结，按当地分支机构" in html
    town.clock.passes(seconds=-(town.clock() - before).total_seconds())


def test_when_nothing_is_left_it_says_so(town: Town) -> None:
    entry = re.findall(r"/registrations/(R[\w-]+)", town.as_("clerk").get("/differences").text)[0]
    form = form_with(town.as_("clerk").get("/differences").text, f"/registrations/{entry}/settlement")
    does(town, "clerk", f"/registrations/{entry}/settlement", how="corrected", key=form["key"])
    town.shows(replace(demo.picture({}, town.clock()), serial=9))
    town.clock.passes(minutes=5)
    counts(town)
    assert "登记的业务已全部了结" in town.as_("province").get(f"/recovery/{the_only(town)}").text
