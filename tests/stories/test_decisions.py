"""A 较大 event is decided on over HTTP: the group meets, two persons, one of them by telephone who signs later.

A city's group is refused with the clause, but its first handling never is.
"""

from pathlib import Path
from typing import Any

from tests.stories.town import Somebody, Town, opened

CITY, PROVINCE = "pbc/3303", "pbc/33"


async def posts(who: Somebody, path: str, key: str, body: Any = None, code: int = 200) -> Any:
    headers = {"idempotency-key": key, "x-csrf-token": who.csrf}
    answer = await who.http.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == code, answer.text
    return answer.json()


async def happens(town: Town, level: int = 3) -> str:
    """The province's office enters an event of a city that nothing here measures."""
    office = await town.at(PROVINCE, "office")
    words = {"title": "温州市部分网点核查受阻", "nature": "data_quality", "areas": CITY.removeprefix("pbc/")}
    await office.does("/incidents", reason="公安部门通报数据异常，两个县区", level=str(level), **words)
    return town.incident().id


def allowed(found: Any) -> dict[str, bool]:
    return {one.get("kind") or one["what"]: one["allowed"] for one in found.get("choices", []) + found["steps"]}


async def test_a_greater_event_is_decided_by_two_persons_one_by_telephone(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        incident = await happens(town)
        assert "meeting.hold" in town.owed(PROVINCE)
        office, leader = await town.at(PROVINCE, "office"), await town.at(PROVINCE, "group/leader")
        deputy = await town.at(PROVINCE, "group/deputy")

        # the city's group may not decide, and is told so with the clause; what it does at once is never blocked
        city = await town.at(CITY, "group/leader")
        may = await city.asks(f"/incidents/{incident}/choices")
        assert may["decides"]["unit"] == PROVINCE
        assert allowed(may) | {"repair_first": True, "refer": True, "handle": True, "start": False} == allowed(may)
        refused = await posts(city, "/decisions", "c1", {"incident": incident, "kind": "start", "reason": "急"}, 403)
        assert refused["clause"] == "4.2.1(1)"
        assert "先期处置和辖内指挥不受限制" in refused["way_out"]
        await posts(city, "/handlings", "c2", {"incident": incident, "text": "已通知辖内网点先登记"}, 201)
        listed = await office.asks(f"/handlings?incident={incident}")
        assert [one["unit"] for one in listed["items"]] == [CITY]

        # the meeting that the rule has convened is held, with minutes
        (meeting,) = (await office.asks("/meetings"))["items"]
        path = f"/meetings/{meeting['id']}"
        early = {"conclusion": "启动"}
        assert (await posts(office, f"{path}/minutes", "m0", early, 403))["clause"] == "4.2.2"
        present = [{"name": leader.principal.name, "post": "group/leader"}]
        present += [{"name": deputy.principal.name, "post": "group/deputy", "how": "telephone"}]
        await posts(office, f"{path}/attendance", "m1", {"chair": leader.principal.name, "present": present})
        words = {"cause": "省级数据源异常", "impact": "温州两个县区", "conclusion": "启动较大事件处置办法"}
        await posts(office, f"{path}/minutes", "m2", words)

        # the leader proposes; the office has proposed nothing and cannot
        asked = {"incident": incident, "kind": "start", "reason": "预计四小时内不能修复", "meeting": meeting["id"]}
        assert (await posts(office, "/decisions", "d0", asked, 403))["clause"] == "2.1.2.1(2)"
        proposal = await posts(leader, "/decisions", "d1", asked, 201)
        assert await posts(leader, "/decisions", "d1", asked, 201) == proposal
        assert (proposal["phase"], proposal["two"], proposal["clause"]) == ("proposed", True, "4.2.1(3)")
        path = f"/decisions/{proposal['id']}"
        assert (await posts(leader, f"{path}/consent", "d2", None, 403))["clause"] == "4.2.1(1)"

        # the deputy consents on the telephone, the office enters it; the deputy alone signs later
        seen = await office.asks(path)
        assert seen["consenters"] == [deputy.principal.name] or deputy.principal.name in seen["consenters"]
        call = {"callee": deputy.principal.name, "number": "0571-0000", "read_back": "同意启动"}
        taken = await posts(office, f"{path}/telephone-consent", "d3", call)
        assert (taken["phase"], taken["owes_signature"]) == ("taken", True)
        assert "order.publish" in town.owed(PROVINCE)
        assert [one["phase"] for one in (await office.asks(f"/meetings?state=all&incident={incident}"))["items"]] == [
            "closed"
        ]
        assert (await posts(leader, f"{path}/signature", "d4", None, 403))["clause"] == "4.2.1(1)"
        signed = await posts(deputy, f"{path}/signature", "d5")
        assert (signed["owes_signature"], signed["signed"] is not None) == (False, True)

        # the county and the banks see none of it
        assert (await (await town.at("pbc/330381", "office")).asks("/decisions"))["items"] == []
        hidden = await (await town.at(CITY, "office")).http.get(f"/api/v1{path}")
        assert hidden.status_code == 404


async def test_a_shift_is_handed_over_with_what_is_owed(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town)
        gives, takes = await town.at(PROVINCE, "office"), await town.at(PROVINCE, "group/deputy")
        offer = {"taker": takes.principal.name, "notes": "等公安部门答复"}
        shift = await posts(gives, "/handovers", "s1", offer, 201)
        assert "meeting.hold" in [one["what"] for one in shift["open"]]
        assert "handover.take" in town.owed(PROVINCE)
        path = f"/handovers/{shift['id']}"
        assert (await posts(gives, f"{path}/taking", "s2", {}, 403))["clause"] == "2.1.2.2(1)"
        taken = await posts(takes, f"{path}/taking", "s3", {"remark": "已核对"})
        assert (taken["phase"], taken["taken_by"]) == ("taken", takes.principal.account)
        await posts(gives, f"{path}/withdrawal", "s4", {"reason": "写错"}, 403)
        assert (await takes.asks("/handovers"))["items"][0]["remark"] == "已核对"
        assert (await (await town.at(CITY, "office")).http.get(f"/api/v1{path}")).status_code == 404
