"""A judgement of the leading group: entered at /declare, shown on everyone's board, ended with a reason."""

from collections.abc import Iterator

import pytest

from tests.console.test_counter_page import form_with
from tests.console.town import Town

PAGE = "/declare/judgement"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def test_a_judgement_is_made_shown_to_all_and_ended(town: Town) -> None:
    leader = town.as_("leader")
    form = form_with(leader.get("/declare").text, PAGE) | {"flag": "staff_shortage", "reason": "隔离，双岗缺人"}
    assert leader.post(PAGE, data=form).headers["location"] == "/declare?done=judgement"
    for login in ("clerk", "engineer", "city", "auditor"):
        board = town.as_(login).get("/").text
        assert "公共卫生或社会安全事件造成人员短缺" in board.split('id="grade-now"')[1].split("</section>")[0]
        page = town.as_(login).get("/declare").text
        assert "隔离，双岗缺人" in page
        assert PAGE not in page
    assert "1.4.2.4(" in leader.get("/").text.split('id="grade-now"')[1].split("</section>")[0]  # the least grade
    ends = form_with(leader.get("/declare").text, PAGE) | {"reason": "人员已到岗"}
    assert leader.post(PAGE, data=ends).status_code == 303
    assert "公共卫生或社会安全事件造成人员短缺" not in town.as_("clerk").get("/").text


def test_a_judgement_needs_a_reason_and_the_right(town: Town) -> None:
    province = town.as_("province")
    form = form_with(province.get("/declare").text, PAGE)
    assert province.post(PAGE, data=form | {"reason": ""}).status_code == 403
    for login in ("city", "clerk", "auditor"):
        browser = town.as_(login)
        csrf = form_with(browser.get("/").text, "/sign-out")
        assert browser.post(PAGE, data=form | csrf | {"reason": "洪水"}).status_code == 403
