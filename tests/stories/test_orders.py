"""Orders over HTTP: drafted, published, received by all but one, chased, that one by telephone; stale and conflicting
ones; the end order and what it leaves open. Pages are pressed by people, the API is asked by their programs."""

from pathlib import Path
from typing import Any

from hecha.command.order import Order
from hecha.response.recovery import recovery_id
from tests.console.forms import form_of
from tests.stories.town import Somebody, Town, opened

COUNTY, CITY = "pbc/330382", "pbc/3303"


async def opens(town: Town) -> None:
    """The county's line is cut, and its group says at once that it will take a day: 一般, the county's own."""
    town.breaks("county/330382/line")
    await town.passes(minutes=12)
    leader = await town.at(COUNTY, "group/leader")
    fault = form_of(await leader.page("/declare"), "/declare/will_exceed").fields["fault"]
    await leader.does("/declare/will_exceed", fault=fault, reason="光缆挖断，至少一天")
    await town.passes(minutes=2)


async def posts(who: Somebody, path: str, key: str, body: Any = None, code: int = 200) -> Any:
    headers = {"idempotency-key": key, "x-csrf-token": who.csrf}
    answer = await who.http.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == code, answer.text
    return answer.json()


def orders(town: Town) -> list[Order]:
    return list(town.house.site.procedure.of(town.incident().id, "order"))


async def resolves(town: Town, unit: str, kind: str) -> None:
    """The unit's leader decides, with a second person where the plan asks for one."""
    leader, key = await town.at(unit, "group/leader"), f"{unit}-{kind}-{len(orders(town))}"
    words = {"incident": town.incident().id, "kind": kind, "reason": "短时间内难以修复"}
    done = await posts(leader, "/decisions", key, words, 201)
    if done["phase"] == "proposed":
        deputy = await town.at(unit, "group/deputy")
        await posts(deputy, f"/decisions/{done['id']}/consent", f"{key}-2")


async def decides(town: Town, unit: str, kind: str = "start") -> Order:
    """The same of a start or an end; returns the draft that it gives."""
    await resolves(town, unit, kind)
    return orders(town)[-1]


def addressed(town: Town, order: Order, key: str) -> str:
    """The unit and post that answer for an addressee."""
    unit, _, post = key.partition(".")
    return f"{unit} {post or ('group' if unit.startswith('bank/') else 'office')}"


async def receives(town: Town, order: Order, key: str) -> None:
    unit, post = addressed(town, order, key).split()
    await posts(await town.at(unit, post), f"/orders/{order.id}/receipt", f"r-{key}", {"addressee": key})


async def test_all_but_one_acknowledge_and_that_one_by_telephone(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await opens(town)
        draft = await decides(town, COUNTY)
        office, settlement = await town.at(COUNTY, "office"), await town.at(COUNTY, "settlement")

        # the office words it, the settlement department alone publishes
        text = draft.text + "乐清市各网点先登记后补核。"
        await posts(office, f"/orders/{draft.id}/text", "k1", {"text": text})
        leader = await town.at(COUNTY, "group/leader")
        assert (await posts(leader, f"/orders/{draft.id}/publication", "k2", code=403))["clause"] == "2.1.2.3(4)"
        order = await posts(settlement, f"/orders/{draft.id}/publication", "k3")
        assert order == await posts(settlement, f"/orders/{draft.id}/publication", "k3")
        assert (order["phase"], order["in_force"]) == ("published", True)
        assert order["number"] == "乐清联核应急令〔2026〕1号"
        assert orders(town)[0].text == text

        # all but one acknowledge; nobody acknowledges for another
        *others, last = order["waiting"]
        await posts(office, f"/orders/{draft.id}/receipt", "k4", {"addressee": last}, 403)
        for key in others:
            await receives(town, orders(town)[0], key)
        whole = await office.asks(f"/orders/{draft.id}")
        assert (whole["received"], whole["addressed"], whole["waiting"]) == (len(others), len(others) + 1, [last])

        # it is chased by the clock, and the office calls: what is read back is the receipt
        await town.passes(minutes=31)
        assert orders(town)[0].chased >= 1
        assert "order.call" in town.owed(COUNTY)
        call = {"addressee": last, "person": "值班员", "number": "0577-0000001", "read_back": "立即启动，先登记后补核"}
        await posts(office, f"/orders/{draft.id}/telephone-receipt", "k5", call | {"read_back": ""}, 422)
        done = await posts(office, f"/orders/{draft.id}/telephone-receipt", "k6", call)
        assert done["waiting"] == []
        assert "order.call" not in town.owed(COUNTY)
        receipt = next(one for one in (await office.asks(f"/orders/{draft.id}"))["addressees"] if one["key"] == last)
        assert (receipt["receipt"]["how"], receipt["receipt"]["number"]) == ("telephone", "0577-0000001")


async def test_who_reads_what_of_an_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await opens(town)
        draft = await decides(town, COUNTY)
        await posts(await town.at(COUNTY, "settlement"), f"/orders/{draft.id}/publication", "k1")
        order = orders(town)[0]
        first, second = [one.key for one in order.addressees if one.unit.startswith("bank/")][:2]
        bank, other = await town.at(first, "group"), await town.at(second, "group")
        await receives(town, order, first)
        await posts(bank, f"/orders/{order.id}/problem", "k2", {"text": "网点人手不足", "suggestion": "请派人"})
        seen = await other.asks(f"/orders/{order.id}")
        assert [one["key"] for one in seen["addressees"]] == [second]
        assert seen["problems"] == []
        assert seen["received"] == 1
        assert set(seen["may"]) == {"receipt", "progress", "problem"}
        above = await town.at(CITY, "office")
        assert (await above.asks(f"/orders/{order.id}"))["problems"][0]["suggestion"] == "请派人"
        assert [one["id"] for one in (await other.asks("/orders?state=mine"))["items"]] == [order.id]
        elsewhere = await town.at("pbc/3302", "office")
        assert (await elsewhere.http.get(f"/api/v1/orders/{order.id}")).status_code == 404
        assert (await elsewhere.asks("/orders"))["items"] == []


async def test_two_groups_order_at_once(tmp_path: Path) -> None:
    """The county's draft is ready when it is referred upward and the city orders: the county's never takes effect."""
    async with opened(tmp_path) as town:
        await opens(town)
        county = await decides(town, COUNTY)
        await resolves(town, COUNTY, "refer")
        city = await decides(town, CITY)
        assert (city.unit, county.epoch < city.epoch) == (CITY, True)

        # both press at once, the city a moment earlier
        await posts(await town.at(CITY, "settlement"), f"/orders/{city.id}/publication", "k1")
        settlement = await town.at(COUNTY, "settlement")
        assert "现在发布不会生效" in await settlement.page(f"/orders/{county.id}")
        late = await posts(settlement, f"/orders/{county.id}/publication", "k2")
        assert (late["phase"], late["in_force"], late["number"]) == ("refused", False, None)
        assert late["refused"] in ("stale", "not_decider")
        assert [one.id for one in orders(town) if one.is_in_force] == [city.id]
        assert "没有生效" in await settlement.page(f"/orders/{county.id}")
        assert "order.receipt" not in [one.what for one in town.duties(town.incident().id) if one.subject == county.id]

        # the counter follows the order in force: the card names the city's, never the county's
        shown = town.house.site.loop.picture.order_in_force
        assert shown is not None
        assert [one["id"] for one in shown["orders"]] == [city.id]


async def test_the_end_order_follows_recovery_and_leaves_the_register_open(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await opens(town)
        start = await decides(town, COUNTY)
        await posts(await town.at(COUNTY, "settlement"), f"/orders/{start.id}/publication", "k1")
        clerk = await town.clerk("gt330382")
        assert start.id in str(town.house.site.loop.picture.order_in_force)
        assert orders(town)[0].number in await clerk.page("/counter")

        # before recovery is confirmed nobody can decide the end
        leader = await town.at(COUNTY, "group/leader")
        words = {"incident": town.incident().id, "kind": "end", "reason": "已修复"}
        await posts(leader, "/decisions", "early", words, 403)
        town.mends("county/330382/line")
        await town.passes(hours=2, turn_s=120)
        office = await town.at(COUNTY, "office")
        await office.does(f"/incidents/{town.incident().id}/recovery")
        end = await decides(town, COUNTY, "end")
        done = await posts(await town.at(COUNTY, "settlement"), f"/orders/{end.id}/publication", "k2")
        assert (done["kind"], done["phase"], done["supersedes"]) == ("end", "published", start.id)
        assert orders(town)[0].phase == "ended"
        assert town.house.site.loop.picture.order_in_force is None
        assert orders(town)[0].number not in await clerk.page("/counter")

        # every addressee acknowledges and takes back what was temporary; then the order is settled
        for one in orders(town)[-1].addressees:
            await receives(town, orders(town)[-1], one.key)
        for undo in orders(town)[-1].undo:
            unit, post = addressed(town, end, undo.key).split()
            body = {"addressee": undo.key, "what": undo.what}
            await posts(await town.at(unit, post), f"/orders/{end.id}/undone", f"u-{undo.key}-{undo.what}", body)
        assert orders(town)[-1].phase == "settled"
        register = town.house.site.procedure.state("recovery", recovery_id(end.incident))
        assert register.due > end.drafted


async def test_a_countys_release(tmp_path: Path) -> None:
    """一般: the county's own group approves, never who drafted it; its settlement department publishes."""
    async with opened(tmp_path) as town:
        await opens(town)
        office, leader = await town.at(COUNTY, "office"), await town.at(COUNTY, "group/leader")
        body = {
            "incident": town.incident().id,
            "title": "公告",
            "text": "核查暂时受阻，业务照常办理",
            "channel": "outlets",
        }
        one = await posts(office, "/releases", "k1", body, 201)
        assert one == await posts(office, "/releases", "k1", body, 201)
        path = f"/releases/{one['id']}"
        assert (await leader.asks(path))["authority"] == {"unit": COUNTY, "clause": "2.1.2.3(5)", "level_zh": "一般"}
        await posts(office, f"{path}/approval", "k2", code=403)
        await posts(leader, f"{path}/approval", "k3")
        out = await posts(await town.at(COUNTY, "settlement"), f"{path}/publication", "k4")
        assert out["phase"] == "published"
        bank = await town.at("bank/gt/330382", "group")
        assert [each["id"] for each in (await bank.asks("/releases?state=live"))["items"]] == [one["id"]]
