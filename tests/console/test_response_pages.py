"""Measures, runs of runbooks and vendors on pages: each person sees their own steps and does only those."""

import re
from collections.abc import Iterator

import httpx
import pytest

from hecha.edges.store import ledger
from tests.console import demo
from tests.console.town import Town, token_in


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    yield place
    place.close()


def event(town: Town) -> str:
    (found,) = town.site.procedure.open("incident")
    return str(found.id)


def does(town: Town, login: str, path: str, **fields: str) -> httpx.Response:
    browser = town.as_(login)
    return browser.post(path, data={"csrf": token_in(browser.get("/duties").text), **fields})


def steps_of(html: str) -> list[str]:
    """The steps that apply, by their first words."""
    return re.findall(r"<li><b>(.{4})", html.split('class="ladder"', 1)[1].split("</ol>")[0])


@pytest.mark.parametrize(
    ("login", "first"),
    [("clerk", "请约定的"), ("engineer", "召集本行"), ("province", "指挥业务"), ("county", "指挥业务")],
)
def test_each_unit_reads_its_own_steps_first(town: Town, login: str, first: str) -> None:
    html = town.reader(login).get(f"/measures/{event(town)}").text
    assert steps_of(html)[0] == first
    assert "先期处置" in html
    assert first in town.reader(login).get(f"/incidents/{event(town)}").text
    assert first in town.reader(login).get("/measures").text


def test_what_does_not_apply_is_shown_with_its_reason(town: Town) -> None:
    html = town.reader("clerk2").get(f"/measures/{event(town)}").text  # a bank without interface
    assert "不适用：本机构没有另一种方式" in html


def test_a_bank_sees_its_outlets_by_plight(town: Town) -> None:
    html = town.reader("engineer").get(f"/measures/{event(town)}").text
    assert "网点怎么做：" in html
    assert "两种方式都不能" in html


def test_in_english_every_step_is_english(town: Town) -> None:
    html = town.reader("clerk", "en").get(f"/measures/{event(town)}").text
    assert "Ask an agreed unit to verify" in html
    assert "first handling" in html


def test_the_runbooks_say_who_does_what(town: Town) -> None:
    html = town.reader("province").get("/runbooks").text
    for clause in ("5.2.1(1)", "5.2.2(1)", "5.2.2(3)"):
        assert clause in html
    assert "启动备机" in html
    assert "Start the standby machine" in town.reader("province", "en").get("/runbooks").text


def started(town: Town, login: str = "technology") -> str:
    form = {"runbook": "front-hardware", "component": "front/a", "incident": event(town)}
    answer = does(town, login, "/runs", **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_the_technology_department_starts_a_run_and_ticks_off_its_steps(town: Town) -> None:
    path = started(town)
    page = town.as_("technology").get(path).text
    assert "简单判断坏在哪里" in page
    assert "到现场切换" in page  # this console has no way to the chain, and says so
    assert does(town, "technology", f"{path}/step", number="0", text="主机电源灭").status_code == 303
    assert "主机电源灭" in town.as_("leader").get(path).text
    assert path in town.as_("technology").get("/runs").text
    assert path in town.as_("province").get(f"/incidents/{event(town)}").text
    assert does(town, "technology", f"{path}/finish", text="").status_code == 403
    assert does(town, "technology", f"{path}/finish", text="由厂商更换").status_code == 303
    assert "已完成" in town.as_("technology").get(path).text


def test_my_next_step_is_among_my_duties(town: Town) -> None:
    path = started(town)
    assert path in town.as_("technology").get("/duties").text
    does(town, "technology", f"{path}/abandon", text="故障已除")
    assert path not in town.as_("technology").get("/duties").text


@pytest.mark.parametrize("login", ["clerk", "engineer", "city", "auditor", "settlement", "leader"])
def test_nobody_else_starts_or_changes_it(town: Town, login: str) -> None:
    form = {"runbook": "front-hardware", "component": "front/a", "incident": event(town)}
    assert does(town, login, "/runs", **form).status_code == 403
    path = started(town)
    assert does(town, login, f"{path}/step", number="0", text="看过了").status_code in (403, 404)


def test_a_bank_mends_its_own_terminal_and_another_does_not_see_it(town: Town) -> None:
    outlet = town.people["clerk"].outlet
    form = {"runbook": "terminal-hardware", "component": f"outlet/{outlet}/terminal"}
    path = str(does(town, "engineer", "/runs", **form).headers["location"])
    assert does(town, "clerk", f"{path}/step", number="0", text="已用另一台办理").status_code == 303
    assert town.as_("clerk2").get(path).status_code == 404
    assert does(town, "clerk", f"{path}/step", number="1", text="主板坏").status_code == 403
    assert does(town, "engineer", f"{path}/note", text="厂商两小时到").status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"runbook": "front-hardwar", "component": "front/a"}, "是不是“front-hardware”"),
        ({"runbook": "terminal-power", "component": "front/a"}, "不用于这个部件"),
        ({"runbook": "front-power", "component": "front/c"}, "部件"),
    ],
)
def test_a_wrong_start_says_what_is_wrong(town: Town, form: dict[str, str], said: str) -> None:
    answer = does(town, "technology", "/runs", **form)
    assert answer.status_code == 422
    assert said in answer.text


VENDOR = {"name": "甲软件公司", "part": "software", "desk": "值班台", "telephone": "0571-8700 0001", "night": ""}


def test_vendors_are_kept_changed_and_removed_with_a_fact_each(town: Town) -> None:
    assert does(town, "technology", "/vendors", **VENDOR).status_code == 303
    page = town.as_("technology").get("/vendors").text
    assert "甲软件公司" in page
    (id,) = re.findall(r"/vendors\?edit=(V[0-9a-f]+)", page)
    does(town, "technology", "/vendors", **VENDOR | {"id": id, "night": "0571-8700 0002"})
    assert "0571-8700 0002" in town.as_("technology").get("/vendors").text
    assert "甲软件公司" not in town.as_("engineer").get("/vendors").text  # each unit its own
    does(town, "technology", "/vendors/removal", id=id)
    with town.store.read() as connection:
        kinds = [one.fact.kind for one in ledger.read(connection, subject=id)]
    assert kinds == [f"response:vendor:{action}" for action in ("added", "changed", "removed")]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"name": ""}, 422), ({"telephone": "打给老王"}, 422), ({"part": "coffee"}, 422), ({"id": "V0"}, 404)],
)
def test_a_wrong_vendor_is_refused(town: Town, wrong: dict[str, str], status: int) -> None:
    assert does(town, "technology", "/vendors", **VENDOR | wrong).status_code == status


def test_only_the_units_technology_edits_its_list(town: Town) -> None:
    assert does(town, "province", "/vendors", **VENDOR).status_code == 403
    assert 'id="edit"' not in town.as_("province").get("/vendors").text
