"""A county's line is cut and mended: the figures over HTTP, from the ledger's facts alone; each office evaluates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hecha.edges.evaluation.figures_told import figures_told
from hecha.edges.evaluation.figuring import Figuring
from hecha.edges.procedure import bookkeeping
from hecha.edges.procedure.tables import duties, lives, readers, timeline
from hecha.edges.store import ledger
from hecha.flow.evaluating import review_id
from hecha.flow.life import Act
from hecha.flow.procedure import LIVES
from hecha.incident.commands import ConfirmRecovery, End
from tests.console.forms import form_of
from tests.stories.town import Somebody, Town, opened

COUNTY, CITY, PROVINCE = "pbc/330381", "pbc/3303", "pbc/33"


async def posts(who: Somebody, path: str, key: str, body: Any = None, code: int = 200) -> Any:
    headers = {"idempotency-key": key, "x-csrf-token": who.csrf}
    answer = await who.http.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == code, answer.text
    return answer.json()


@asynccontextmanager
async def mended(tmp_path: Path) -> AsyncIterator[Town]:
    """The line was away for an hour and a half, the county said at once that it would be long; the event has ended."""
    async with opened(tmp_path) as town:
        town.breaks("county/330381/line")
        await town.passes(minutes=12)
        leader = await town.at(COUNTY, "group/leader")
        fault = form_of(await leader.page("/declare"), "/declare/will_exceed").fields["fault"]
        await leader.does("/declare/will_exceed", fault=fault, reason="光缆挖断，至少一天")
        await town.passes(hours=1, turn_s=120)
        town.mends("county/330381/line")
        await town.passes(hours=1, turn_s=120)
        await ends(town)
        yield town


async def ends(town: Town) -> None:
    incident, procedure = town.incident(), town.house.site.procedure
    assert incident.recovery_proposed is not None
    confirm = ConfirmRecovery(incident.recovery_proposed, town.clock(), "leader", COUNTY)
    await procedure.do(Act("incident", incident.id, confirm))
    await town.passes(minutes=2)
    await procedure.do(Act("incident", incident.id, End("", town.clock(), "leader", COUNTY)))


async def test_the_figures_of_an_event_over_http(tmp_path: Path) -> None:
    async with mended(tmp_path) as town:
        incident = town.incident()
        office = await town.at(PROVINCE, "office")
        found = await office.asks(f"/incidents/{incident.id}/figures")
        clocks = {one["name"]: one for one in found["clocks"]}
        assert clocks["detection"]["minutes"] == 1
        assert clocks["grade"]["minutes"] == 12
        assert clocks["recovery"]["minutes"] in range(72, 80)
        assert clocks["order"]["minutes"] is None
        opened_by = await office.asks(f"/incidents/{incident.id}/timeline")
        assert clocks["grade"]["facts"] == [opened_by["items"][0]["seq"]] * 2
        assert found["losses"]["interface"]["outlet_minutes"] > 60
        assert found["losses_from"]["facts"] >= 2
        assert {"4.1.3(1)", "5.4(1)"} & {one["clause"] for one in found["duties"]}
        bank = next(one for one in town.house.site.procedure.of(incident.id, "report") if one.unit.startswith("bank/"))
        engineer = await town.at(bank.unit, "group")
        answer = await engineer.http.get(f"/api/v1/incidents/{incident.id}/figures")
        assert (answer.status_code, answer.json()["clause"]) == (403, "5.4(2)")


async def test_the_figures_are_the_same_when_all_rows_are_made_anew_from_the_ledger(tmp_path: Path) -> None:
    async with mended(tmp_path) as town:
        site, name = town.house.site, town.incident().id

        def told() -> Any:
            with site.store.read() as connection:
                return figures_told(Figuring().of(connection, site.network, name, town.clock()))

        kept = Figuring()
        with site.store.read() as connection:
            asked = [kept.of(connection, site.network, name, town.clock()) for _ in range(2)]
        assert asked[0] is asked[1]  # counted once for the same head of the ledger
        before = told()
        await site.store.write(lambda tx: wiped(tx.connection))
        await site.store.write(lambda tx: replayed(tx.connection))
        assert told() == before


def wiped(connection: sa.Connection) -> None:
    for table in (lives, readers, duties, timeline):
        connection.execute(sa.delete(table))


def replayed(connection: sa.Connection) -> None:
    """Every life lived again by its facts, and the timeline with it."""
    for life in LIVES.values():
        states: dict[str, Any] = {}
        for one in every_fact(connection, life.prefix):
            id, fresh = one.fact.subject, one.fact.subject not in states
            states[id] = life.evolve(states.get(id), one.fact)
            bookkeeping.write(connection, life, id, states[id], fresh=fresh)
            bookkeeping.mark(connection, life.row(states[id]).incident, [one.seq])


def every_fact(connection: sa.Connection, kind: str) -> list[ledger.Recorded]:
    found: list[ledger.Recorded] = []
    while page := ledger.read(connection, after=found[-1].seq if found else 0, kind=kind):
        found += page
    return found


async def test_each_office_reads_its_own_evaluation_and_those_below(tmp_path: Path) -> None:
    async with mended(tmp_path) as town:
        name = town.incident().id
        county = await town.at(COUNTY, "office")
        listed = [one["unit"] for one in (await county.asks("/evaluations?tab=open"))["items"]]
        assert listed == [COUNTY]
        province = await town.at(PROVINCE, "office")
        assert {one["unit"] for one in (await province.asks("/evaluations"))["items"]} == {COUNTY, CITY, PROVINCE}
        one = await county.asks(f"/evaluations/{review_id(name, COUNTY)}")
        assert (one["phase"], one["missing"]) == ("open", ["settlement", "technology", "operations"])
        assert one["figures"]["incident"] == name
        answer = await county.http.get(f"/api/v1/evaluations/{review_id(name, PROVINCE)}")
        assert answer.status_code == 404


async def test_a_county_evaluates_by_its_programs_and_signs_once(tmp_path: Path) -> None:
    async with mended(tmp_path) as town:
        path = f"/evaluations/{review_id(town.incident().id, COUNTY)}"
        settlement, technology = await town.at(COUNTY, "settlement"), await town.at(COUNTY, "technology")
        office = await town.at(COUNTY, "office/leader")
        early = await posts(office, f"{path}/signature", "early", code=403)
        assert early["clause"] == "5.4(1)"
        for party, who in (("settlement", settlement), ("technology", technology), ("operations", technology)):
            said = {"party": party, "text": "光缆被挖断", "answers": {"0": "施工挖断"} if party == "technology" else {}}
            await posts(who, f"{path}/analysis", party, said)
        await posts(settlement, f"{path}/analysis", "wrong", {"party": "technology", "text": "越俎代庖"}, code=403)
        await posts(office, f"{path}/lesson", "lesson", {"text": "没有第二条线路"})
        due = (town.clock() + timedelta(days=30)).date().isoformat()
        wanted = {"text": "另租一条线路", "unit": COUNTY, "post": "technology", "due": due}
        await posts(office, f"{path}/improvement", "line", wanted)
        await posts(office, f"{path}/improvement", "city", wanted | {"unit": CITY}, code=422)  # not theirs to burden
        signed = await posts(office, f"{path}/signature", "sign")
        assert (signed["phase"], signed["open_improvements"]) == ("signed", 1)
        assert await posts(office, f"{path}/signature", "sign") == signed
        one = await office.asks(path)
        assert one["signed_figures"] == one["figures"]
        assert one["analyses"][1]["answers"] == [[0, "施工挖断"]]
        (owed,) = (await technology.asks("/improvements"))["items"]
        assert owed["text"] == "另租一条线路"
        done = await posts(technology, f"{path}/done", "done", {"number": 1, "proved": "两条线路都已接通"})
        assert (done["phase"], (await technology.asks("/improvements"))["items"]) == ("closed", [])
