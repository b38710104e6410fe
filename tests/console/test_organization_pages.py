"""The organisation's pages: who sees which unit, who may change it, what is missing, import, export, phone book."""

import re
from collections.abc import Iterator

import pytest

from tests.console.town import Town, token_in

CITY, COUNTY, BANK = "pbc/3303", "pbc/330305", "bank/cb-yongjiang"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def send(town: Town, login: str, what: str, **fields: str) -> tuple[int, str]:
    """A form of the unit's page, as the person would send it; the status and the page after it."""
    browser = town.as_(login)
    form = {"csrf": token_in(browser.get("/organization").text), **fields}
    answer = browser.post(f"/organization/{what}", data=form, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_unit_shows_its_place_its_posts_and_the_number_to_dial(town: Town) -> None:
    html = town.as_("county").get(f"/organization/{COUNTY}").text
    assert "人民银行洞头区支行" in html
    assert 'href="/organization/pbc/3303"' in html  # its superior
    assert "综合业务部（支付结算）" in html  # as the plan calls the department here
    assert "一人两岗（小机构，仅提示）" in html
    now = re.search(r"现在拨打</dt><dd><b>(.*?)</b>", html, re.S)
    assert now is not None
    assert "0577-00000200" in now[1]  # by day
    town.clock.passes(hours=12)
    night = re.search(r"现在拨打</dt><dd><b>(.*?)</b>", town.as_("county").get(f"/organization/{COUNTY}").text, re.S)
    assert night is not None
    assert "0577-00000209" in night[1]


SEEN = [
    # who, unit, may look it up
    ("city", CITY, True),
    ("city", COUNTY, True),
    ("city", "pbc/33", True),
    ("city", "pbc/3304", False),
    ("city", "bank/icbc/3303", True),  # a bank's branch in its area
    ("city", "bank/icbc/3304", False),
    ("bank-leader", BANK, True),
    ("bank-leader", "pbc/33", True),
    ("bank-leader", "bank/icbc", False),
    ("branch", COUNTY, True),  # its local branch
    ("branch", CITY, True),
    ("branch", "pbc/3304", False),
    ("clerk", BANK, True),
    ("clerk", "bank/icbc", False),
    ("province", "bank/icbc/3304", True),
    ("province", "pbc/3301", False),  # there is none: the province acts for Hangzhou
    ("province", "pbc/none", False),
    ("province", "outlet/icbc-0001", False),
]


def test_who_may_look_up_which_unit(town: Town) -> None:
    for login, unit, seen in SEEN:
        status = town.reader(login).get(f"/organization/{unit}").status_code
        assert (status == 200) is seen, (login, unit, status)


def test_somebody_comes_is_seated_and_leaves(town: Town) -> None:
    person = {"unit": CITY, "id": "P-1", "name": "新来的", "department": "technology", "mobile": "10000000001"}
    status, html = send(town, "city", "person", **person)
    assert (status, "已保存人员" in html, "新来的" in html) == (200, True, True)
    seat = {"unit": CITY, "person": "P-1", "post": "group/member", "department": "technology", "since": "2026-03-01"}
    _, html = send(town, "city", "seat", **seat)
    assert "3月1日 00:00" in html
    _, html = send(town, "city", "end", **{key: seat[key] for key in ("unit", "person", "post", "department")})
    assert "已终止这个岗位" in html
    status, html = send(town, "city", "leave", unit=CITY, id="P-1")
    assert (status, "新来的" in html.split("已登记离开")[1]) == (200, False)
    ledger = town.as_("auditor").get("/ledger?kind=organization:").text
    assert all(word in ledger for word in ("登记人员", "安排岗位", "改动或终止岗位", "改动人员"))
    assert "10000000001" not in ledger


def test_an_ended_post_is_missing_with_its_clause(town: Town) -> None:
    leader = next(one for one in town.site.organization.people.values() if one.account == "city-leader")
    fields = {"unit": CITY, "person": leader.id, "post": "group/leader", "department": "leadership"}
    _, html = send(town, "city", "end", **fields)
    listed = html.split('id="wanting"')[1].split("</section>")[0]
    assert "分管支付结算的行领导" in listed
    assert "2.1" in listed
    assert "现由B角顶替" in listed
    assert "缺 1 岗" in town.as_("city").get("/organization").text
    assert f'href="/organization/{CITY}"' in town.as_("city").get("/organization?show=missing").text


FORMS = [
    # who may not, which form, for which unit, the status
    ("city", "person", "pbc/33", 403),
    ("county", "numbers", CITY, 403),
    ("leader", "numbers", "pbc/33", 403),
    ("clerk", "numbers", BANK, 403),
    ("auditor", "numbers", "pbc/33", 403),
    ("city", "nonsense", CITY, 422),
    ("bank-leader", "numbers", COUNTY, 403),
]


def test_forms_of_those_who_may_not_change_nothing(town: Town) -> None:
    before = town.site.organization
    for login, what, unit, wanted in FORMS:
        fields = {"unit": unit, "id": "P-1", "name": "某人", "department": "settlement", "duty_room": "1"}
        assert send(town, login, what, **fields)[0] == wanted, (login, what)
    assert town.site.organization is before
    assert "维护" not in town.as_("leader").get("/organization/pbc/33").text.split("<main")[1]


def test_wrong_fields_are_named(town: Town) -> None:
    status, html = send(town, "city", "numbers", unit=CITY, duty_room="call me")
    assert (status, "电话只写数字" in html) == (422, True)
    status, html = send(town, "city", "seat", unit=CITY, post="group/boss", person="P-1", department="settlement")
    assert (status, "请选择岗位" in html) == (422, True)
    status, html = send(town, "city", "term", unit="pbc/330381", since="2026-13-40")
    assert (status, "不是日期" in html) == (422, True)


def test_a_reform_is_entered_by_the_office_above_and_taken_back(town: Town) -> None:
    _, html = send(town, "province", "term", unit="pbc/3304", until="2026-01-01")
    assert "已保存机构期限" in html
    assert town.as_("province").get("/organization/pbc/3304").status_code == 200  # its terms can still be changed
    assert "人民银行嘉兴市中心支行" not in town.as_("province").get("/organization").text
    _, html = send(town, "province", "untie", unit="pbc/3304", since="")
    assert "人民银行嘉兴市中心支行" in town.as_("province").get("/organization").text
    assert send(town, "city", "term", unit=CITY, until="2026-01-01")[0] == 403


def test_export_and_import_over_http(town: Town) -> None:
    city = town.as_("city")
    people = city.get(f"/organization/export?unit={CITY}&form=people")
    assert people.headers["content-disposition"] == 'attachment; filename="people-pbc-3303.csv"'
    text = people.content.decode("utf-8-sig")
    assert "city-leader" in text
    assert "province" not in text.split()[0]
    assert city.get(f"/organization/export?unit={CITY}").content[:2] == b"PK"
    assert city.get("/organization/export?unit=pbc/33").status_code == 403
    assert city.get(f"/organization/export?unit={CITY}&form=all").status_code == 422
    form = {"csrf": token_in(city.get("/organization").text), "unit": CITY}
    wrong = text.replace("科技", "科学", 1).encode()
    answer = city.post("/organization/import", data=form, files={"file": ("people.csv", wrong)})
    assert answer.status_code == 422
    assert "一行也没有改动" in answer.text
    assert "没有“科学”" in answer.text
    fresh = (text + "P-9,新来的,pbc/3303,科技,,,,,,\r\n").encode()
    answer = city.post("/organization/import", data=form, files={"file": ("p.csv", fresh)}, follow_redirects=True)
    assert "已导入" in answer.text
    assert "改动 1 项" in answer.text
    assert city.post("/organization/import", data=form).status_code == 422  # no file


def test_the_phone_book_lists_whom_one_calls(town: Town) -> None:
    html = town.as_("city").get("/organization/phone-book").text
    order = [html.index(word) for word in ("上级和当地分支机构", "本单位", "下级", "所辖银行机构")]
    assert order == sorted(order)
    assert "0571-00000028" in html  # the province's duty room
    assert "沙箱县组长" in html
    bank = town.as_("branch").get("/organization/phone-book").text
    assert "人民银行洞头区支行" in bank
    assert "所辖银行机构" not in bank


def test_people_and_units_are_found_by_name(town: Town) -> None:
    html = town.as_("city").get("/organization?q=洞头").text
    assert f'href="/organization/{COUNTY}"' in html
    assert "沙箱市组长" in town.as_("city").get("/organization?q=市组长").text
    assert "没有找到" in town.as_("city").get("/organization?q=嘉兴").text  # another city


@pytest.mark.parametrize("query", ["?q=%25", "?q=%27--", "?show=x", "?q=" + "长" * 500])
def test_odd_queries_do_no_harm(town: Town, query: str) -> None:
    assert town.as_("city").get(f"/organization{query}").status_code == 200
