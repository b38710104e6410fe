"""Outages of a part of the province: one city's lines, a local interface bank, one that grows, a level skipped."""

from datetime import timedelta

from tests.stories.acting import (
    PROVINCE,
    TURN_S,
    card_at,
    decides,
    documents,
    evaluators,
    everybody_acknowledges,
    figures,
    may_not_decide,
    orders,
    publishes,
    receivers,
    recovery_is_confirmed,
    reports,
    says_it_will_be_long,
    senders,
    steps_of,
    verified_at,
)
from tests.stories.story import Story, by_the_rule
from tests.stories.town import Town

CITY, COUNTY, OTHER = "pbc/3303", "pbc/330381", "pbc/330382"


async def the_lines_of_one_city(town: Town) -> None:
    town.breaks("city/3303/line")
    await town.passes(minutes=12)
    await town.passes(hours=8, turn_s=TURN_S)
    incident = town.incident()
    by_the_rule("1.4.2.3(1)" in incident.proposed.decisive, "1.4.2.3(1)")
    assert (incident.level, incident.unit) == (3, PROVINCE)
    assert set(incident.extent.areas) == {"330302", "330381", "330382"}

    # only who is concerned reports; 较大 is told to head office too
    assert receivers(town, CITY) == {PROVINCE}
    assert receivers(town, PROVINCE) == {"head_office"}
    assert not {"pbc/3302", "pbc/330281"} & senders(town)
    await reports(town, COUNTY)
    await reports(town, CITY)
    await reports(town, PROVINCE)

    # the province decides with two persons; the city may not, but commands in its own area
    assert (await may_not_decide(town, CITY))["clause"] == "4.2.1(1)"
    await decides(town, PROVINCE)
    order = await publishes(town, PROVINCE)
    assert order["clause"] == "2.1.2.1(4)"
    addressed = {one.unit for one in orders(town)[-1].addressees}
    assert CITY in addressed
    assert {"bank/gt", "bank/oj"} <= addressed
    await everybody_acknowledges(town)
    card = await card_at(town, "oj2")
    assert card["basis"]["clauses"] == ["5.1.2"]
    assert steps_of(card) == ["5.1.1(3)"]
    assert await verified_at(town, "sl330281")  # another city's counters go on as ever

    town.mends("city/3303/line")
    await town.passes(minutes=20)
    await recovery_is_confirmed(town, PROVINCE)
    await decides(town, PROVINCE, "end")
    await publishes(town, PROVINCE)
    found = await figures(town)
    assert [one["level"] for one in found["levels"]] == [3]
    assert found["minutes"]["recovery"] in range(480, 520)
    assert found["minutes"]["last_receipt"] is not None
    assert found["losses"]["dark"]["peak_outlets"] > 5
    assert await evaluators(town) >= {PROVINCE, CITY, COUNTY}
    await documents(town)


async def a_local_interface_bank(town: Town) -> None:
    """The core system of a bank that enters through the province: it goes on by the other mode inside one request."""
    town.breaks("bank/sl/core")
    await town.passes(minutes=12)
    assert await verified_at(town, "sl330381") == "non_interface"
    await town.passes(hours=8, turn_s=TURN_S)
    incident = town.incident()
    by_the_rule("1.4.2.3(3)" in incident.proposed.decisive, "1.4.2.3(3)")
    assert (incident.level, incident.extent.non_interface) == (3, 0)
    assert incident.owner == "bank/sl"

    # its group tells the province's branch, and nobody else's does
    assert PROVINCE in receivers(town, "bank/sl")
    assert not {"bank/gt", "bank/rv"} & senders(town)
    await reports(town, "bank/sl", "group")
    await decides(town, PROVINCE)
    assert (await publishes(town, PROVINCE))["clause"] == "2.1.2.1(4)"
    assert [one.clause for one in orders(town)[-1].addressees if one.unit == "bank/sl"] == ["4.3.1(5)"]
    await everybody_acknowledges(town)
    assert await verified_at(town, "sl330381") == "non_interface"

    town.mends("bank/sl/core")
    await town.passes(minutes=20)
    await recovery_is_confirmed(town, PROVINCE)
    await decides(town, PROVINCE, "end")
    await publishes(town, PROVINCE)
    found = await figures(town)
    assert found["losses"]["interface"]["peak_outlets"] == 6
    assert found["losses"]["dark"]["outlet_minutes"] == 0
    assert found["business"]["switched"] >= 1
    assert found["business"]["failed"] == 0
    await documents(town)


async def one_that_grows(town: Town) -> None:
    """一般 in a county, 较大 in its city, 重大 in the province: who decides follows at once."""
    town.breaks("county/330382/line")
    await town.passes(minutes=12)
    await says_it_will_be_long(town, OTHER)
    (county,) = town.incidents()
    by_the_rule("1.4.2.4(1)" in county.proposed.decisive, "1.4.2.4(1)")
    assert (county.level, county.unit) == (4, OTHER)
    await decides(town, OTHER)
    first = await publishes(town, OTHER)
    assert first["number"].startswith("乐清")

    town.breaks("city/3303/line")
    await town.passes(minutes=12)
    await says_it_will_be_long(town, CITY)
    both = town.incidents()
    assert [one.level for one in both] == [4, 3]
    assert [one.union.level for one in both] == [3, 3]
    assert all(one.linked for one in both)

    town.breaks("front/a", "front/b")
    await town.passes(minutes=2)
    await says_it_will_be_long(town, PROVINCE)
    every = town.incidents()
    assert [one.level for one in every] == [4, 3, 2]
    assert {one.union.level for one in every} == {2}
    assert [one.unit for one in every] == [OTHER, PROVINCE, PROVINCE]
    page = await (await town.at(PROVINCE, "group/leader")).page(f"/incidents/{every[-1].id}")
    assert "重大" in page
    assert every[0].id in page  # what it is linked with


async def a_level_skipped_by_telephone(town: Town) -> None:
    """The county cannot reach its city: it telephones the province, says why, and writes afterwards."""
    town.breaks("county/330382/line")
    await town.passes(minutes=12)
    await says_it_will_be_long(town, OTHER)
    start = town.incident().opened
    by_the_rule(OTHER in senders(town), "4.1.2.2")
    assert receivers(town, OTHER) == {CITY}
    (own,) = [one for one in town.house.site.procedure.of(town.incident().id, "report") if one.unit == OTHER]
    office = await town.at(OTHER, "office")
    await office.does(f"/reports/{own.id}/skip", over=CITY, reason="温州市中心支行电话打不通")
    await office.does(f"/reports/{own.id}/phone", to=PROVINCE, callee="省值班员", said="乐清辖内网点均不能核查")
    assert "report.written" in town.owed(OTHER)
    assert "越过" in await (await town.at(CITY, "office")).page(f"/reports/{own.id}")  # the skipped level knows
    assert "只能越一级" in await office.is_refused(f"/reports/{own.id}/skip", over=PROVINCE, reason="再越一级")
    await reports(town, OTHER)
    await decides(town, OTHER)
    await publishes(town, OTHER)
    town.mends("county/330382/line")
    await town.passes(minutes=20)
    await recovery_is_confirmed(town, OTHER)
    await decides(town, OTHER, "end")
    await publishes(town, OTHER)
    found = await figures(town)
    assert found["minutes"]["first_report"] <= 5
    assert town.clock() - start < timedelta(hours=1)
    assert await evaluators(town) == {OTHER, CITY, PROVINCE}


PARTS = (
    Story("一个地市的线路", ("1.4.2.3(1)",), the_lines_of_one_city),
    Story("一家地方性接口行", ("1.4.2.3(3)",), a_local_interface_bank),
    Story("由一般到较大到重大", ("1.4.2.4(1)",), one_that_grows),
    Story("越一级电话报告", ("4.1.2.2",), a_level_skipped_by_telephone),
)
