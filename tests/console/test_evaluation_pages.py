"""Evaluations in the console: who reads them, who may do what, from a first cause to a done improvement."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from hecha.edges.web import evaluation_words
from hecha.flow.documents import evaluation_of
from tests.console.evaluated import evaluated, incident, review
from tests.console.forms import form_of
from tests.console.town import Town

CAUSES = {"settlement": "settlement", "technology": "technology", "operations": "technology"}
"""Who signs for which party: accounts of the sandbox."""


@pytest.fixture
def town() -> Iterator[Town]:
    place = evaluated()
    yield place
    place.close()


def page(town: Town, login: str, path: str, language: str = "zh") -> str:
    answer = town.reader(login, language).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def does(town: Town, login: str, what: str, **typed: str) -> httpx.Response:
    """Fills in the form of the review's page and presses."""
    browser, path = town.as_(login), f"/evaluations/{review(town)}"
    form = form_of(browser.get(path).text, f"{path}/{what}")
    return browser.post(f"{path}/{what}", data=form.fields | typed)


def analyses(town: Town) -> None:
    for party, login in CAUSES.items():
        answer = does(town, login, "analysis", party=party, text=f"两台前置同用一路市电（{party}）")
        assert answer.status_code == 303, answer.text


def signs(town: Town) -> None:
    analyses(town)
    assert does(town, "province", "lesson", text="备机没有单独供电", worked="no").status_code == 303
    assert does(town, "province", "signature").status_code == 303


def test_the_words_of_pages_are_those_of_paper() -> None:
    for pages, paper in (
        (evaluation_words.CLOCKS, evaluation_of.CLOCKS),
        (evaluation_words.LOSSES, evaluation_of.LOSSES),
        (evaluation_words.BUSINESS, evaluation_of.BUSINESS),
        (evaluation_words.PARTIES, evaluation_of.PARTIES),
    ):
        assert dict(pages) == paper


def test_each_figure_names_the_fact_it_comes_from(town: Town) -> None:
    html = page(town, "province", f"/evaluations/{review(town)}")
    first = town.site.procedure.timeline(incident(town).id)[0].seq
    assert f'href="/ledger?before={first + 1}">{first}<' in html
    assert "1.5.2" in html
    assert "9小时40分" in re.sub(r"\s", "", html)  # nine hours, one more, twenty minutes less


def test_lists_by_branch_and_the_panel_of_the_event(town: Town) -> None:
    assert review(town) in page(town, "province", "/evaluations")
    assert "没有这样的评估" in page(town, "province", "/evaluations?tab=overdue")
    town.clock.passes(hours=16 * 24)
    overdue = town.as_("province").get("/evaluations?tab=overdue").text
    listed = re.findall(r'<th scope="row"><a href="/evaluations/A-[^"]+-(pbc\.\d+)"', overdue)
    assert listed == sorted(listed)
    assert "pbc.33" in listed
    assert review(town) in town.as_("province").get(f"/incidents/{incident(town).id}").text
    own = re.findall(
        r'<th scope="row"><a href="/evaluations/A-[^"]+-(pbc\.\d+)"', town.as_("county").get("/evaluations").text
    )
    assert own == [str(town.people["county"].unit).replace("/", ".")]


@pytest.mark.parametrize("login", ["county", "city", "engineer", "clerk"])
def test_the_provinces_review_is_not_for_those_below(town: Town, login: str) -> None:
    assert town.reader(login).get(f"/evaluations/{review(town)}").status_code == 404
    assert town.reader(login).get(f"/evaluations/{review(town)}/paper").status_code == 404


def test_three_parties_a_lesson_and_the_head_of_the_office(town: Town) -> None:
    html = page(town, "liaison", f"/evaluations/{review(town)}")
    assert f"/evaluations/{review(town)}/lesson" in html
    assert f"/evaluations/{review(town)}/signature" not in html  # a member of the office writes, its head signs
    wrong = town.as_("settlement")
    form = form_of(wrong.get(f"/evaluations/{review(town)}").text, f"/evaluations/{review(town)}/analysis")
    answer = wrong.post(form.action, data=form.fields | {"party": "technology", "text": "越俎代庖"})
    assert answer.status_code == 409
    assert "本部门的人员签署" in answer.text
    assert "越俎代庖" in answer.text or "5.4(1)" in answer.text
    signs(town)
    html = page(town, "province", f"/evaluations/{review(town)}")
    assert "已签署" in html or "评估已完成" in html
    assert "签署分析" not in html


def test_the_figures_stay_as_they_were_signed(town: Town) -> None:
    signs(town)
    before = re.findall(r"截至第 (\d+) 条", page(town, "province", f"/evaluations/{review(town)}"))
    town.clock.passes(hours=20 * 24)
    after = re.findall(r"截至第 (\d+) 条", town.as_("province").get(f"/evaluations/{review(town)}").text)
    kept = town.site.procedure.state("review", review(town)).figures["through"]["seq"]
    assert before == after == [str(kept)]


def test_an_improvement_is_its_owners_until_it_is_done(town: Town) -> None:
    bank = str(town.people["engineer"].unit)
    due = (town.clock() + timedelta(days=40)).date().isoformat()
    words = {"text": "专线改为两家运营商", "unit": bank, "post": "technology", "due": due}
    assert does(town, "province", "improvement", **words).status_code == 303
    signs(town)
    assert "专线改为两家运营商" in page(town, "engineer", "/evaluations")
    html = page(town, "engineer", f"/evaluations/{review(town)}")
    assert "专线改为两家运营商" in html
    assert "两台前置同用一路市电" not in html  # what else the office writes is not a bank's to read
    assert "落实改进" in page(town, "engineer", "/duties")
    office = town.as_("province")
    csrf = form_of(office.get("/evaluations").text, "/sign-out").fields["csrf"]
    refused = office.post(f"/evaluations/{review(town)}/done", data={"csrf": csrf, "number": "1", "proved": "听说"})
    assert refused.status_code == 409
    assert "责任单位的负责部门" in refused.text
    assert does(town, "engineer", "done", proved="验收单两份").status_code == 303
    assert "验收单两份" in page(town, "province", f"/evaluations/{review(town)}")
    assert town.site.procedure.state("review", review(town)).phase.value == "closed"


def test_what_is_typed_stays_when_it_is_refused(town: Town) -> None:
    answer = does(town, "province", "improvement", text="加一路市电", post="technology", due="2020-01-01")
    assert answer.status_code == 422
    assert "加一路市电" in answer.text


def test_the_evaluation_as_a_document(town: Town) -> None:
    signs(town)
    answer = town.reader("province").get(f"/evaluations/{review(town)}/paper?as=docx")
    assert answer.status_code == 200
    words = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    for said in ("应急处置评估报告", "两台前置同用一路市电", "备机没有单独供电", "处置时效", "数字均出自台账"):
        assert said in words
