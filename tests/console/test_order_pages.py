"""Orders in the console: who publishes, one press to acknowledge, the call list with its code, what an end undoes."""

import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest

from hecha.command.order import Order, Phase
from hecha.flow.command.read_back import code_of
from tests.console.commanded import EVENT, begins, decided, orders, posts, published, recovers
from tests.console.forms import form_of
from tests.console.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    begins(place)
    yield place
    place.close()


def page(town: Town, login: str, path: str) -> str:
    answer = town.as_(login).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def listed(town: Town, login: str, tab: str) -> list[str]:
    return sorted(set(re.findall(r'href="/orders/(O-[^"?/]+)"', page(town, login, f"/orders?tab={tab}"))))


def the_banks(town: Town) -> str:
    return str(town.people["engineer"].unit)


def test_the_office_words_it_and_the_settlement_department_publishes_it(town: Town) -> None:
    draft = decided(town)
    path = f"/orders/{draft.id}"
    assert listed(town, "settlement", "drafted") == listed(town, "settlement", "mine") == [draft.id]
    html = page(town, "technology", path)
    assert "代为发布</button>" not in html
    assert "现在发布就生效" in page(town, "settlement", path)
    office, browser = town.as_("province"), town.as_("settlement")
    form = form_of(office.get(path).text, f"{path}/text")
    assert office.post(f"{path}/text", data=form.fields | {"text": f"{draft.text}先登记后补核。"}).status_code == 303
    press = form_of(browser.get(path).text, f"{path}/publication")
    assert browser.post(f"{path}/publication", data=press.fields).status_code == 303
    assert browser.post(f"{path}/publication", data=press.fields).status_code == 303  # pressed twice, done once
    (order,) = orders(town)
    assert (order.phase, order.number) == (Phase.PUBLISHED, "浙联核应急令〔2026〕1号")
    assert "先登记后补核" in page(town, "engineer", path)
    assert "这是本事件最新的命令" in page(town, "leader", path)


def test_others_may_not_publish_and_read_why(town: Town) -> None:
    draft = decided(town)
    refused = posts(town.as_("technology"), f"/orders/{draft.id}/publication")
    assert refused.status_code == 409
    assert "支付结算部门" in refused.text
    assert orders(town)[0].phase is Phase.DRAFTED
    assert town.reader("engineer").get(f"/orders/{draft.id}").status_code == 404  # a draft is nobody's outside


def test_one_press_acknowledges_and_the_names_are_counted(town: Town) -> None:
    order = published(town)
    path = f"/orders/{order.id}"
    assert order.id in listed(town, "engineer", "mine")
    assert "签收命令" in page(town, "engineer", "/duties")
    browser = town.as_("bank-leader")
    form = form_of(browser.get(path).text, f"{path}/receipt")
    assert form.empty == set()
    assert browser.post(f"{path}/receipt", data=form.fields).status_code == 303
    (after,) = orders(town)
    assert after.receipts[the_banks(town)].name == town.people["bank-leader"].name
    whole = page(town, "province", path)
    assert f"已签收 1 / {len(order.addressees)}" in whole
    assert "沙箱银行组长" in whole
    assert f"已签收 1 / {len(order.addressees)}" in page(town, "province", f"/incidents/{EVENT}")


def test_a_bank_reads_what_concerns_itself(town: Town) -> None:
    order = published(town)
    posts(town.as_("bank-leader"), f"/orders/{order.id}/problem", text="操作员不足", suggestion="请派人")
    other = next(one.unit for one in order.addressees if one.unit.startswith("bank/") and one.unit != the_banks(town))
    mine, theirs = page(town, "engineer", f"/orders/{order.id}"), town.site.organization.units.zh(other)  # type: ignore[arg-type]
    assert "操作员不足" in mine
    assert theirs not in mine
    office = page(town, "province", f"/orders/{order.id}")
    assert theirs in office
    assert "请派人" in office


def test_the_call_list_takes_only_the_code_of_this_order(town: Town) -> None:
    order, bank = published(town), the_banks(town)
    path = f"/orders/{order.id}"
    html = page(town, "province", f"{path}/calls")
    code = code_of(order, bank)
    assert code in html
    assert html.count("/telephone-receipt") == len(order.addressees)
    said = {"key": bank, "name": "值班员", "number": "0577-0000001", "read_back": "立即启动"}
    wrong = posts(town.as_("province"), f"{path}/telephone-receipt", code="9-9-99", **said)
    assert wrong.status_code == 422
    assert "读回码不对" in wrong.text
    assert posts(town.as_("province"), f"{path}/telephone-receipt", code=code, **said).status_code == 303
    receipt = orders(town)[0].receipts[bank]
    assert (receipt.how, receipt.name, receipt.number) == ("telephone", "值班员", "0577-0000001")
    assert receipt.read_back.startswith(code)
    assert code not in page(town, "province", f"{path}/calls")
    assert town.reader("engineer").get(f"{path}/calls").status_code == 404


def test_progress_problems_adjustments_and_a_summary_that_is_filled_in(town: Town) -> None:
    order = published(town)
    path = f"/orders/{order.id}"
    engineer, office = town.as_("bank-leader"), town.as_("province")
    posts(engineer, f"{path}/receipt")
    assert posts(engineer, f"{path}/progress", text="已通知全部网点").status_code == 303
    assert posts(engineer, f"{path}/problem", text="备件未到", suggestion="请调拨").status_code == 303
    assert posts(town.as_("technology"), f"{path}/adjustment", what="technical", text="改走备用线路").status_code == 303
    assert posts(town.as_("technology"), f"{path}/adjustment", what="business", text="改").status_code == 409
    form = form_of(office.get(path).text, f"{path}/summary")
    assert "已签收1个" in form.fields["text"]
    assert "备件未到" in form.fields["text"]
    assert office.post(f"{path}/summary", data=form.fields).status_code == 303
    html = page(town, "leader", path)
    for word in ("已通知全部网点", "备件未到", "请调拨", "改走备用线路", "已签收1个"):
        assert word in html, word
    assert "处置办法已调整" in page(town, "engineer", "/inbox")


def test_a_stale_order_says_why_it_has_no_effect(town: Town) -> None:
    first = published(town)
    stale = decided(town)  # a second decision in the same era takes its place
    assert "替换执行中的命令" in page(town, "settlement", f"/orders/{stale.id}")
    posts(town.as_("settlement"), f"/orders/{stale.id}/publication")
    assert "已由序号更大的命令替换" in page(town, "leader", f"/orders/{first.id}")
    late = decided(town)
    recovers(town)
    end = decided(town, "end")
    posts(town.as_("settlement"), f"/orders/{end.id}/publication")
    html = page(town, "settlement", f"/orders/{late.id}")
    assert "没有生效" in html or "草稿已撤" in html
    assert sum(one.is_in_force for one in orders(town)) == 0


def ended(town: Town) -> tuple[Order, Order]:
    """A start order, recovery, and the end order, published."""
    start = published(town)
    recovers(town)
    end = decided(town, "end")
    assert posts(town.as_("settlement"), f"/orders/{end.id}/publication").status_code == 303
    return start, orders(town)[-1]


def test_the_end_order_undoes_what_was_temporary(town: Town) -> None:
    start, end = ended(town)
    assert "由结束命令结束" in page(town, "leader", f"/orders/{start.id}")
    assert "撤销临时措施" in page(town, "bank-leader", "/duties")
    browser, path = town.as_("bank-leader"), f"/orders/{end.id}"
    posts(browser, f"{path}/receipt")
    mine = [one.what for one in end.undo if one.key == the_banks(town)]
    assert "operators" in mine
    for what in mine:
        assert posts(browser, f"{path}/undone", key=the_banks(town), what=what).status_code == 303
    after = orders(town)[-1]
    assert all(one.done for one in after.undo if one.key == the_banks(town))
    assert "补核" in page(town, "province", path)
    incident = town.site.procedure.state("incident", EVENT)
    assert incident.phase == "ended"
    due = [one for one in town.site.procedure.duties([town.people["province"].unit]) if one.what.startswith("backlog.")]
    assert due
    assert all(one.due and one.due > town.clock() + timedelta(hours=1) for one in due)


@pytest.mark.parametrize("what", ["", "?of=receipt"])
def test_it_is_printed(town: Town, what: str) -> None:
    order = published(town)
    browser = town.as_("engineer")
    pdf = browser.get(f"/orders/{order.id}/paper{what}")
    assert pdf.content.startswith(b"%PDF")
    mark = "&" if what else "?"
    docx = browser.get(f"/orders/{order.id}/paper{what}{mark}as=docx")
    words = zipfile.ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert "签收" in words
    assert docx.headers["content-disposition"].endswith('.docx"')


def test_the_call_list_is_printed(town: Town) -> None:
    order = published(town)
    docx = town.as_("province").get(f"/orders/{order.id}/calls/paper?as=docx")
    words = zipfile.ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert code_of(order, the_banks(town)) in words
    assert "催办电话单" in words
