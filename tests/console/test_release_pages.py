"""Releases in the console: prefilled, approved by another than the drafter, published by the settlement department."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from hecha.command.release import Phase, Release
from tests.console.commanded import EVENT, begins, posts
from tests.console.forms import form_of
from tests.console.town import Town

HERE = f"/releases?incident={EVENT}"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def state(town: Town) -> Release:
    (found,) = town.site.procedure.of(EVENT, "release")
    return found  # type: ignore[no-any-return]


def page(town: Town, login: str, path: str) -> str:
    answer = town.as_(login).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def drafted(town: Town) -> Release:
    """As the page has filled it in."""
    browser = town.as_("province")
    form = form_of(browser.get(HERE).text, HERE)
    assert form.empty == set()
    assert browser.post(HERE, data=form.fields).status_code == 303
    assert browser.post(HERE, data=form.fields).status_code == 303  # sent twice, drafted once
    return state(town)


def test_a_draft_is_filled_in_approved_and_published(town: Town) -> None:
    begins(town)
    one = drafted(town)
    path = f"/releases/{one.id}"
    assert "暂时受阻" in one.title
    assert "继续办理业务" in one.text
    assert "审签信息发布稿" in page(town, "leader", "/duties")
    refused = posts(town.as_("settlement"), f"{path}/publication")
    assert refused.status_code == 409  # nobody has approved it
    assert posts(town.as_("leader"), f"{path}/approval").status_code == 303
    assert posts(town.as_("settlement"), f"{path}/publication").status_code == 303
    after = state(town)
    assert (after.phase, after.approver, after.clause) == (Phase.PUBLISHED, town.people["leader"].name, "2.1.2.1(5)")
    assert one.title in page(town, "clerk", path)  # what is out is everybody's
    assert one.title in page(town, "leader", f"/incidents/{EVENT}")


def test_a_draft_is_nobodys_outside(town: Town) -> None:
    begins(town)
    one = drafted(town)
    for login in ("engineer", "clerk", "city"):
        assert town.reader(login).get(f"/releases/{one.id}").status_code == 404
        assert one.id not in town.reader(login).get("/releases").text


def test_a_text_is_mended_or_dropped_with_a_reason(town: Town) -> None:
    begins(town)
    one = drafted(town)
    path, office = f"/releases/{one.id}", town.as_("province")
    form = form_of(office.get(path).text, f"{path}/text")
    assert office.post(f"{path}/text", data=form.fields | {"channel": "website"}).status_code == 303
    assert state(town).channel == "website"
    assert posts(office, f"{path}/text", title="", text="x", channel="press").status_code == 422
    assert posts(office, f"{path}/drop", reason="已由上级统一发布").status_code == 303
    assert state(town).phase is Phase.DROPPED


def test_above_the_provinces_authority_head_offices_release_is_recorded(town: Town) -> None:
    begins(town, level=2)
    html = page(town, "province", HERE)
    assert "人民银行总行" in html
    assert "4.2.1(1)" in html
    own = drafted_by_hand(town)
    refused = posts(town.as_("leader"), f"/releases/{own}/approval")
    assert refused.status_code == 409
    assert "4.2.1(1)" in refused.text
    given = {"incident": EVENT, "outside": "yes", "title": "总行公告", "text": "业务恢复时间另告", "channel": "press"}
    given |= {"number": "银公告〔2026〕1号", "receiver": "值班员"}
    office = town.as_("province")
    answer = posts(office, HERE, name="L-HQ", **given)
    assert answer.status_code == 303, answer.text
    seen = page(town, "clerk", "/releases/L-HQ")
    assert "银公告〔2026〕1号" in seen
    assert "人民银行总行" in seen


def drafted_by_hand(town: Town) -> str:
    given = {"name": "L-own", "incident": EVENT, "title": "公告", "text": "受阻", "channel": "outlets"}
    answer = posts(town.as_("province"), HERE, **given)
    assert answer.status_code == 303, answer.text
    return "L-own"


@pytest.mark.parametrize(("of", "word"), [("", "暂时受阻"), ("of=approval&", "信息发布审批单")])
def test_it_is_printed(town: Town, of: str, word: str) -> None:
    begins(town)
    one = drafted(town)
    browser = town.as_("province")
    docx = browser.get(f"/releases/{one.id}/paper?{of}as=docx")
    words = re.sub("<[^>]+>", "", zipfile.ZipFile(BytesIO(docx.content)).read("word/document.xml").decode())
    assert word in words
    assert (town.people["province"].name in words) == bool(of)
    assert browser.get(f"/releases/{one.id}/paper?{of}").content.startswith(b"%PDF")
