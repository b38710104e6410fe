"""A data error of ten cities, staff that cannot come, two groups that order at once."""

from tests.stories.acting import (
    PROVINCE,
    card_at,
    decides,
    documents,
    evaluators,
    everybody_acknowledges,
    figures,
    head_office_decides,
    orders,
    posts,
    publishes,
    receivers,
    recovery_is_confirmed,
    reports,
    says_it_will_be_long,
    steps_of,
)
from tests.stories.story import Story, by_the_rule
from tests.stories.town import Town

CITIES = [f"33{number:02}" for number in range(1, 11)]
COUNTY = "pbc/330382"


async def a_data_error_of_ten_cities(town: Town) -> None:
    """The police establish it; whose card it is decides, not where the counter stands."""
    leader, since = await town.at(PROVINCE, "group/leader"), town.clock()
    for city in CITIES:
        given = {"city": city, "authority": "police", "accuracy": "43", "since": f"{since:%Y-%m-%dT%H:%M}"}
        await leader.does("/declare/data_error", basis="公安部门来函", **given)
    await town.passes(minutes=2)
    await town.passes(hours=8, turn_s=600)
    incident = town.incident()
    assert (incident.level, incident.nature) == (2, "data_quality")
    await head_office_decides(town)
    await publishes(town, PROVINCE)

    card = await card_at(town, "sy2", "温州市公安局", "not_found")
    assert card["basis"]["clauses"] == ["5.1.3"]
    assert steps_of(card) == ["5.1.1(3)"]
    sound = await card_at(town, "sy2", "丽水市公安局", "not_found")  # the eleventh city: a doubt like any other
    assert (sound["basis"]["kind"], sound["data_error"]) == ("result", None)

    await town.passes(hours=40, turn_s=1200)
    by_the_rule("1.4.2.1(2)" in town.incident().proposed.decisive, "1.4.2.1(2)")
    assert town.incident().level == 1
    assert receivers(town, PROVINCE) == {"head_office"}
    await reports(town, PROVINCE)
    await head_office_decides(town)
    await publishes(town, PROVINCE)
    card = await card_at(town, "sy2", "温州市公安局", "name_mismatch")
    assert card["basis"]["clauses"] == ["5.1.4.2"]
    found = await figures(town)
    assert [one["level"] for one in found["levels"]] == [2, 1]
    assert found["losses"]["dark"]["outlet_minutes"] == 0
    await documents(town)


async def too_few_people(town: Town) -> None:
    """The province's group records that too few can come: an event without any outage (1.4.1(2), 5.3)."""
    leader = await town.at(PROVINCE, "group/leader")
    by_the_rule("staff_shortage" in await leader.page("/declare"), "1.4.1(2)")
    await leader.does("/declare/judgement", act="make", flag="staff_shortage", reason="疫情，半数人员不能到岗")
    await town.passes(minutes=2)
    incident = town.incident()
    assert (incident.level, incident.proposed.because) == (4, ("1.4.1(2)",))
    assert incident.extent.dark == 0
    assert "meeting.hold" in town.owed(PROVINCE)
    await decides(town, PROVINCE)
    await publishes(town, PROVINCE)
    await leader.does("/declare/judgement", act="end", flag="staff_shortage", reason="人员已到岗")
    await town.passes(minutes=2)
    await recovery_is_confirmed(town, PROVINCE)
    await decides(town, PROVINCE, "end")
    await publishes(town, PROVINCE)
    found = await figures(town)
    assert found["losses"]["dark"]["peak_outlets"] == 0
    assert found["minutes"]["decision"] is not None
    assert await evaluators(town) >= {PROVINCE}
    await documents(town)


async def two_groups_order_at_once(town: Town) -> None:
    """The county has drafted its order when the grade is raised: the province's takes effect, the county's never."""
    town.breaks("county/330382/line")
    await town.passes(minutes=12)
    await says_it_will_be_long(town, COUNTY)
    own = await decides(town, COUNTY)
    assert own is not None
    await decides(town, COUNTY, "fix_grade", "3")  # the spread is beyond it: its group says so itself
    assert town.incident().level == 3

    await decides(town, PROVINCE)
    late = await posts(await town.at(COUNTY, "settlement"), f"/orders/{own.id}/publication")
    assert (late["phase"], late["in_force"]) == ("refused", False)
    order = await publishes(town, PROVINCE)
    assert order["in_force"]
    addressed = {one.unit for one in orders(town)[-1].addressees}
    by_the_rule(any(unit.startswith("bank/") for unit in addressed), "4.3.1(5)")
    assert await everybody_acknowledges(town) == len(orders(town)[-1].addressees)
    assert (await card_at(town, "sl330382"))["basis"] == {"kind": "order", "clauses": ["5.1.2"]}
    assert [one.phase for one in orders(town)].count("published") == 1
    found = await figures(town)
    assert [one["level"] for one in found["levels"]] == [4, 3]


DATA_AND_PEOPLE = (
    Story("十个地市数据严重误差", ("1.4.2.1(2)",), a_data_error_of_ten_cities),
    Story("人手不足", ("1.4.1(2)",), too_few_people),
    Story("两个小组同时下令", ("4.3.1(5)",), two_groups_order_at_once),
)
