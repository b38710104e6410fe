"""What people do in a story, in the words of the regulation; all of it over HTTP, as their pages and programs do it."""

import itertools
from typing import Any

from hecha.command.order import Order
from hecha.verification.outcome import Outcome
from tests.api.town import number
from tests.console.forms import form_of
from tests.stories.town import Somebody, Town

HANDLING = "先登记、后补核，抢修人员已到场"
PROVINCE = "pbc/33"
TURN_S = 300
_keys = itertools.count(1)


async def posts(who: Somebody, path: str, body: Any = None, code: int = 200) -> Any:
    """Ask the API once, under a fresh key; fails with the answer's own words."""
    headers = {"idempotency-key": f"story-{next(_keys)}", "x-csrf-token": who.csrf}
    answer = await who.http.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == code, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def says_it_will_be_long(town: Town, unit: str) -> None:
    """The unit's group declares of the newest fault that it will last beyond eight hours (1.4.1(3))."""
    leader = await town.at(unit, "group/leader")
    newest = max(town.house.site.loop.picture.faults, key=lambda one: one.since)
    await leader.does("/declare/will_exceed", fault=newest.id, reason="短时间内修不好，至少一天")
    await town.passes(minutes=2)


# --- 报告 (4.1) ----------------------------------------------------------------------------------------------------


def senders(town: Town, begin: str = "") -> set[str]:
    """The units that owe or have sent a report of the only incident."""
    found = town.house.site.procedure.of(town.incident().id, "report")
    return {one.unit for one in found if one.unit.startswith(begin)}


def receivers(town: Town, sender: str) -> set[str]:
    """To whom a unit's first report goes."""
    found = town.house.site.procedure.of(town.incident().id, "report")
    return {to for one in found if one.unit == sender and one.serial == 1 for to in one.receivers}


async def reports(town: Town, unit: str, post: str = "office") -> str:
    """The unit's own report is filled in and sent; returns its id."""
    mine = [one for one in town.house.site.procedure.of(town.incident().id, "report") if one.unit == unit]
    id = next(one.id for one in mine if one.is_open)
    who = await town.at(unit, post)
    form = form_of(await who.page(f"/reports/{id}"), f"/reports/{id}/sending")
    fields = {name: value for name, value in form.fields.items() if name != "csrf"}
    await who.does(f"/reports/{id}/sending", **(fields | {"handling": HANDLING}))
    return id


# --- 决策 (4.2) ----------------------------------------------------------------------------------------------------


async def decides(town: Town, unit: str, kind: str = "start", target: str = "") -> Order | None:
    """The unit's leader decides, with its deputy where two persons are needed. The order that was drafted, if one."""
    leader = await town.at(unit, "group/leader")
    asked = {"incident": town.incident().id, "kind": kind, "reason": "短时间内难以修复", "target": target}
    done = await posts(leader, "/decisions", asked, 201)
    if done["phase"] == "proposed":
        deputy = await town.at(unit, "group/deputy")
        done = await posts(deputy, f"/decisions/{done['id']}/consent")
    assert done["phase"] == "taken"
    return drafted(town)


async def may_not_decide(town: Town, unit: str, kind: str = "start") -> Any:
    """The refusal that the unit's leader gets: with clause and way out."""
    leader = await town.at(unit, "group/leader")
    asked = {"incident": town.incident().id, "kind": kind, "reason": "情况紧急"}
    return await posts(leader, "/decisions", asked, 403)


async def head_office_decides(town: Town, kind: str = "start", target: str = "") -> Order | None:
    """Its decision comes by fax, and the province's office enters it with number, time and receiver."""
    office = await town.at(PROVINCE, "office")
    asked = {"incident": town.incident().id, "kind": kind, "reason": "总行来电", "target": target}
    paper = {"number": f"银支付传〔2026〕{next(_keys)}号", "decided": town.clock().isoformat()}
    await posts(office, "/decisions/outside", asked | paper | {"receiver": "省值班员", "how": "fax"}, 201)
    return drafted(town)


# --- 命令 (4.3) ----------------------------------------------------------------------------------------------------


def orders(town: Town) -> list[Order]:
    """All orders of the only incident, the oldest first."""
    return list(town.house.site.procedure.of(town.incident().id, "order"))


def drafted(town: Town) -> Order | None:
    """The order that waits to be published."""
    return next((one for one in reversed(orders(town)) if one.phase == "drafted"), None)


async def publishes(town: Town, unit: str) -> Any:
    """The settlement department publishes the draft on the group's behalf."""
    draft = drafted(town)
    assert draft is not None, "no order waits to be published"
    return await posts(await town.at(unit, "settlement"), f"/orders/{draft.id}/publication")


async def everybody_acknowledges(town: Town) -> int:
    """Every addressee of the last order takes it; how many there were."""
    order = orders(town)[-1]
    for one in order.addressees:
        post = one.post or ("group" if one.unit.startswith("bank/") else "office")
        await posts(await town.at(one.unit, post), f"/orders/{order.id}/receipt", {"addressee": one.key})
    return len(order.addressees)


# --- 恢复、评估 (4.3.1(7), 5.4) --------------------------------------------------------------------------------------


async def recovery_is_confirmed(town: Town, unit: str) -> None:
    """What measurement proposes, a person confirms."""
    leader = await town.at(unit, "group/leader")
    await leader.does(f"/incidents/{town.incident().id}/recovery", reason="各网点已恢复")


async def figures(town: Town, unit: str = PROVINCE) -> Any:
    """The event's figures from the ledger, with its clocks in minutes by name."""
    found = await (await town.at(unit, "office")).asks(f"/incidents/{town.incident().id}/figures")
    return found | {"minutes": {one["name"]: one["minutes"] for one in found["clocks"]}}


async def evaluators(town: Town) -> set[str]:
    """The units whose offices evaluate, as the province sees them."""
    listed = await (await town.at(PROVINCE, "office")).asks("/evaluations")
    return {one["unit"] for one in listed["items"] if one["incident"] == town.incident().id}


# --- 柜面 (5.1) ----------------------------------------------------------------------------------------------------


async def card_at(town: Town, outlet: str, authority: str = "", police: str = "") -> Any:
    """The counter tries to verify somebody and sees the fallback card; None where none is needed. `authority` stands
    on the customer's card, `police` is what the police source says of the number."""
    who = number(next(_keys))
    if police:
        town.chain.truth[who] = Outcome(police)
    subject = {"name": "张三", "number": who, "card_authority": authority}
    return (await posts(await town.clerk(outlet), "/verifications", {"subject": subject}))["card"]


async def verified_at(town: Town, outlet: str) -> str:
    """Somebody is verified at the counter; by which mode it went through."""
    subject = {"name": "张三", "number": number(next(_keys))}
    answer = await posts(await town.clerk(outlet), "/verifications", {"subject": subject})
    assert answer["outcome"] == "match_photo"
    return str(answer["mode"])


async def registers(town: Town, outlet: str, **more: Any) -> str:
    """The counter goes on with the business and registers the customer for back-verification."""
    business = {"type": "01", "reference": f"V{next(_keys)}"}
    body = {
        "subject": {"name": "张三", "number": number(next(_keys))},
        "business": business,
        "contact": {"telephone": "0577-0000001"},
    } | more
    return (await posts(await town.clerk(outlet), "/registrations", body, 201))["id"]


def steps_of(card: Any) -> list[str]:
    """The clauses of what the card offers, in order."""
    return [one["clause"] for one in card["steps"] if one["applicable"]]


# --- 文件 ---------------------------------------------------------------------------------------------------------


async def documents(town: Town) -> None:
    """What was sent, ordered and evaluated can be had on paper."""
    office, incident = await town.at(PROVINCE, "office"), town.incident().id
    sent = [one for one in town.house.site.procedure.of(incident, "report") if one.unit == PROVINCE and not one.is_open]
    paths = [f"/reports/{one.id}/paper?as=docx" for one in sent] + [f"/orders/{one.id}/paper" for one in orders(town)]
    assert paths
    for path in paths:
        answer = await office.http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        assert answer.content[:4] in (b"%PDF", b"PK\x03\x04")
