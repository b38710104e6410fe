"""A county's line is cut: banks tell the county, which skips a level by telephone; reports go up and are followed up.

Pages are pressed by people, the API is asked by their programs; both are the same reports.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from hecha.report.model import Report
from tests.console.forms import form_of
from tests.stories.town import Somebody, Town, opened

COUNTY, CITY, PROVINCE = "pbc/330381", "pbc/3303", "pbc/33"
HANDLING = "先登记、后补核，线路抢修人员已到场"


def senders(town: Town, begin: str = "") -> list[str]:
    found = town.house.site.procedure.of(town.incident().id, "report")
    return sorted({one.unit for one in found if one.unit.startswith(begin)})


def report(town: Town, unit: str) -> Report:
    """The unit's report that waits to be sent, else its last one."""
    mine = [one for one in town.house.site.procedure.of(town.incident().id, "report") if one.unit == unit]
    return next((one for one in mine if one.is_open), mine[-1])


async def sends(town: Town, who: Somebody, unit: str, **typed: str) -> str:
    """Fills in what is typed and presses; returns the report's id."""
    id = report(town, unit).id
    html = await who.page(f"/reports/{id}")
    form = form_of(html, f"/reports/{id}/sending")
    fields = {name: value for name, value in form.fields.items() if name != "csrf"}
    await who.does(f"/reports/{id}/sending", **(fields | {"handling": HANDLING} | typed))
    return id


async def posts(who: Somebody, path: str, key: str, body: Any = None, code: int = 200) -> Any:
    headers = {"idempotency-key": key, "x-csrf-token": who.csrf}
    answer = await who.http.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == code, answer.text
    return answer.json()


async def opens(town: Town) -> None:
    """The line is cut, and the county's group says at once that it will take a day."""
    town.breaks("county/330381/line")
    await town.passes(minutes=12)
    leader = await town.at(COUNTY, "group/leader")
    html = await leader.page("/declare")
    fault = form_of(html, "/declare/will_exceed").fields["fault"]
    await leader.does("/declare/will_exceed", fault=fault, reason="光缆挖断，至少一天")
    await town.passes(minutes=2)


async def test_up_the_ladder_with_a_level_skipped_by_telephone(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await opens(town)
        start = town.incident().opened
        assert town.owed(COUNTY)[:1] == ["report.first"]
        county = await town.at(COUNTY, "office")
        own = report(town, COUNTY)
        assert own.notice_due == start + timedelta(minutes=120)

        # the county cannot reach the city: it tells the province by telephone, and says why
        await county.does(f"/reports/{own.id}/skip", over=CITY, reason="温州市中心支行线路同时中断，联系不上")
        await county.does(f"/reports/{own.id}/phone", to=PROVINCE, callee="省值班员", said="瑞安辖内网点均不能核查")
        assert town.owed(COUNTY)[:1] == ["report.written"]
        assert "越过" in await (await town.at(CITY, "office")).page(f"/reports/{own.id}")
        refused = await county.is_refused(f"/reports/{own.id}/skip", over=PROVINCE, reason="再越一级")
        assert "只能越一级" in refused

        # banks report in one line each; the county sums them up and sends the written one
        banks = senders(town, "bank/")
        for unit in banks:
            await sends(town, await town.at(unit, "group"), unit)
        html = await county.page(f"/reports/{own.id}")
        assert html.split("下级报告汇总")[1].count(HANDLING) == len(banks) >= 3
        await sends(town, county, COUNTY)
        assert report(town, COUNTY).serial == 2  # the follow-up is owed already

        # the province takes it and owes nothing to head office (一般), or tells it (较大)
        office = await town.at(PROVINCE, "office")
        await office.does(f"/reports/{own.id}/receipt")
        assert "report.receive" not in [one.what for one in town.duties(own.incident) if one.subject == own.id]

        # later the follow-up names what has happened in between
        await town.passes(minutes=30, turn_s=300)
        follow_up = report(town, COUNTY)
        assert "上次报告以来" in await county.page(f"/reports/{follow_up.id}")
        assert "已报" in await office.page(f"/incidents/{own.incident}")


async def test_on_a_plan_without_the_countys_clause_the_county_owes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, without=("4.1.2.2",)) as town:
        await opens(town)
        assert COUNTY not in senders(town)
        assert town.owed(COUNTY) == [what for what in town.owed(COUNTY) if not what.startswith("report.f")]
        assert senders(town, "bank/gt") != []


async def test_a_program_reports_once_a_key_and_only_what_posts_allow(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await opens(town)
        (unit,) = senders(town, "bank/gt")
        bank = await town.at(unit, "group")
        listed = await bank.asks("/reports?tab=to_send")
        (one,) = listed["items"]
        assert (one["unit"], one["phase"], one["kind"]) == (unit, "owed", "first")
        path = f"/reports/{one['id']}"
        seen = await bank.asks(path)
        assert [item["item"] for item in seen["missing"]] == ["handling"]
        judged = seen["suggested"] | {"handling": HANDLING}

        body = {"judged": judged | {"handling": ""}}
        assert "先期处置措施" in (await posts(bank, f"{path}/sending", "k0", body, 403))["detail"]
        first = await posts(bank, f"{path}/sending", "k1", {"judged": judged})
        again = await posts(bank, f"{path}/sending", "k1", {"judged": judged})
        assert first == again
        await posts(bank, f"{path}/sending", "k1", {"judged": judged | {"cause": "光缆"}}, 409)
        await posts(bank, f"{path}/sending", "k2", {"judged": judged}, 403)  # it is sent: correct by a follow-up
        await posts(bank, f"{path}/sending", "k3", {"judged": {"dark": "0"}}, 422)

        facts = (await bank.asks(path))["content"]
        assert facts["measured"]["outlets"]["value"] == "1"
        assert facts["judged"]["handling"]["by"] == bank.principal.name

        county = await town.at(COUNTY, "office")
        await posts(county, f"{path}/phone", "k4", {"to": CITY, "callee": "x", "said": "y"}, 403)  # not its report
        got = await posts(county, f"{path}/receipt", "k5")
        assert [to["received_by"] for to in got["receivers"] if to["unit"] == COUNTY] == [county.principal.name]
        other = await town.at("bank/sy", "group")
        assert (await other.http.get(f"/api/v1{path}")).status_code == 404
        answer = await bank.http.post(f"/api/v1{path}/receipt", headers={"x-csrf-token": bank.csrf})
        assert answer.status_code == 400  # no key

        pages, cursor = [], ""
        while True:
            found = await (await town.at(PROVINCE, "office")).asks(f"/reports?limit=2&cursor={cursor}")
            pages += [line["id"] for line in found["items"]]
            cursor = found["next"] or ""
            if not cursor:
                break
        every = [one.id for one in town.house.site.procedure.of(town.incident().id, "report")]
        assert sorted(pages) == sorted(every)
        assert re.fullmatch(r"[A-Za-z0-9.+_-]+", pages[0])
