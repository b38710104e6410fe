"""Outages of what all share: the front servers for nine hours, the relay for fifty, one that ends in time."""

from datetime import timedelta

from tests.stories.acting import (
    PROVINCE,
    TURN_S,
    card_at,
    documents,
    evaluators,
    everybody_acknowledges,
    figures,
    head_office_decides,
    may_not_decide,
    publishes,
    receivers,
    recovery_is_confirmed,
    registers,
    reports,
    steps_of,
)
from tests.stories.story import Story, by_the_rule
from tests.stories.town import Town

FRONTS = ("front/a", "front/b")
CITY, COUNTY = "pbc/3303", "pbc/330381"


async def nine_hours_without_front_servers(town: Town) -> None:
    began = town.clock()
    town.breaks(*FRONTS)
    await town.passes(minutes=1)
    assert "预警" in await (await town.at(PROVINCE, "office")).page("/")
    assert steps_of(await card_at(town, "sy2")) == ["5.1.1(1)", "5.1.1(3)"]  # first handling, before any order
    entry = await registers(town, "sy2")
    await town.passes(hours=8, minutes=2, turn_s=TURN_S)
    incident = town.incident()
    by_the_rule("1.4.2.2(2)" in incident.proposed.decisive, "1.4.2.2(2)")
    assert incident.level == 2
    assert incident.discovered - began <= timedelta(minutes=1)

    # everybody knows at once to whom they report
    assert receivers(town, "bank/rv") == {COUNTY}
    assert receivers(town, COUNTY) == {CITY}
    assert receivers(town, CITY) == {PROVINCE}
    assert receivers(town, PROVINCE) == {"head_office"}
    await reports(town, PROVINCE)

    # head office decides, the province carries it out, every addressee acknowledges
    assert (await may_not_decide(town, PROVINCE))["clause"] == "4.2.1(1)"
    await head_office_decides(town)
    order = await publishes(town, PROVINCE)
    assert (order["number"], order["clause"]) == ("浙联核应急令〔2026〕1号", "4.2.1(1)")
    assert await everybody_acknowledges(town) >= 15
    card = await card_at(town, "sy2")
    assert card["basis"] == {"kind": "order", "clauses": ["5.1.3"]}
    assert steps_of(card) == ["5.1.1(3)"]  # it has no other mode, and 5.1.3 does not delegate

    # the front servers return; what was registered is verified; the end follows confirmed recovery
    await town.passes(minutes=50, turn_s=TURN_S)
    town.mends(*FRONTS)
    await town.passes(minutes=6)
    await recovery_is_confirmed(town, PROVINCE)
    assert "verified" in str(await (await town.clerk("sy2")).asks(f"/registrations/{entry}"))
    await head_office_decides(town, "end")
    assert (await publishes(town, PROVINCE))["kind"] == "end"
    await everybody_acknowledges(town)
    assert "order.undo" in town.owed(PROVINCE)
    assert town.incident().phase == "ended"

    # the figures, from the ledger alone
    found = await figures(town)
    assert found["minutes"]["detection"] <= 1
    assert found["minutes"]["recovery"] in range(8 * 60 + 50, 9 * 60 + 5)
    assert found["minutes"]["first_report"] is not None
    assert [one["level"] for one in found["levels"]] == [2]
    assert found["losses"]["non_interface"]["peak_outlets"] == 27
    assert found["business"]["registered"] == 1
    assert {PROVINCE, CITY, COUNTY} <= await evaluators(town)
    await documents(town)


async def fifty_hours_without_the_relay(town: Town) -> None:
    town.breaks("relay")
    await town.passes(minutes=2)
    await town.passes(hours=8, minutes=5, turn_s=TURN_S)
    incident = town.incident()
    assert (incident.level, incident.extent.dark) == (2, 27)
    assert "1.4.2.2(1)" in incident.proposed.decisive
    await head_office_decides(town)
    await publishes(town, PROVINCE)
    assert (await card_at(town, "gt330302"))["basis"]["clauses"] == ["5.1.3"]

    # after two days it is 特大: what was ordered for 重大 no longer fits, and head office decides anew
    await town.passes(hours=40, turn_s=600)
    by_the_rule("1.4.2.1(1)" in town.incident().proposed.decisive, "1.4.2.1(1)")
    assert town.incident().level == 1
    assert town.incident().epoch > incident.epoch
    assert (await may_not_decide(town, PROVINCE))["clause"] == "4.2.1(1)"
    await head_office_decides(town)
    second = await publishes(town, PROVINCE)
    assert second["epoch"] > 0
    card = await card_at(town, "gt330302")
    assert card["basis"]["clauses"] == ["5.1.4.1"]
    assert steps_of(card) == ["5.1.1(3)"]
    await everybody_acknowledges(town)

    await town.passes(hours=1, minutes=50, turn_s=600)
    town.mends("relay")
    await town.passes(minutes=6)
    await recovery_is_confirmed(town, PROVINCE)
    await head_office_decides(town, "end")
    await publishes(town, PROVINCE)
    found = await figures(town)
    assert [one["level"] for one in found["levels"]] == [2, 1]
    assert found["minutes"]["recovery"] in range(50 * 60 - 5, 50 * 60 + 10)
    assert found["losses"]["dark"]["outlet_hours"] > 50 * 20


async def seven_hours_fifty_nine(town: Town) -> None:
    """It ends a minute before it would be an event: a warning with a countdown, never an incident."""
    town.breaks(*FRONTS)
    await town.passes(minutes=2)
    await town.passes(hours=7, turn_s=TURN_S)
    (fault,) = town.house.site.loop.picture.faults
    first = min((one.at for one in fault.countdown), default=None)
    by_the_rule(first is not None, "1.4.1(3)")
    assert first is not None
    assert first - town.clock() <= timedelta(hours=1, minutes=1)
    await town.until(first - timedelta(minutes=1))
    town.mends(*FRONTS)
    await town.passes(minutes=2, turn_s=10)
    assert town.incidents() == []
    await town.passes(hours=1)
    assert town.house.site.loop.picture.faults == ()
    warnings = (await (await town.at(PROVINCE, "office")).asks("/warnings?state=all"))["items"]
    assert [one["phase"] for one in warnings] == ["lifted"]
    assert town.owed("pbc/330382") == []


SYSTEM = (
    Story("前置服务器中断九小时", ("1.4.2.2(2)",), nine_hours_without_front_servers),
    Story("转接系统中断五十小时", ("1.4.2.1(1)",), fifty_hours_without_the_relay),
    Story("七小时五十九分恢复", ("1.4.1(3)",), seven_hours_fifty_nine),
)
