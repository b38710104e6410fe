"""A change of the plan as a new version: handed in, proved, told in words, made live by the province's group."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hecha.edges.files.plan_folder import plan_folder, plan_in_use, read_plan_files
from hecha.edges.store import ledger
from tests.console.evaluated import evaluated, review
from tests.console.forms import form_of
from tests.console.town import Town

FILES = read_plan_files(plan_folder("zhejiang"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def town(home: Path) -> Iterator[Town]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HECHA_HOME", str(home))
        place = evaluated()
        try:
            yield place
        finally:
            place.close()


def zipped(**edits: tuple[str, str]) -> bytes:
    """The live plan's folder with some words replaced, by file (without its ending)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, text in FILES.items():
            before, after = edits.get(name.removesuffix(".toml"), ("", ""))
            assert before in text
            target.writestr(f"zhejiang/{name}", text.replace(before, after, 1) if before else text)
    return out.getvalue()


def version() -> tuple[str, str]:
    line = next(line for line in FILES["plan.toml"].splitlines() if line.startswith("version"))
    return line, 'version = "next"'


def hands_in(town: Town, login: str, content: bytes) -> httpx.Response:
    browser, path = town.as_(login), f"/evaluations/{review(town)}"
    csrf = form_of(browser.get("/evaluations").text, "/sign-out").fields["csrf"]
    return browser.post(f"{path}/plan", data={"csrf": csrf}, files={"file": ("plan.zip", content)}, timeout=200)


@pytest.fixture(scope="module")
def digest(town: Town) -> str:
    edits = {"plan": version(), "clocks": ("settle_backlog_hours = 72", "settle_backlog_hours = 48")}
    answer = hands_in(town, "province", zipped(**edits))
    assert answer.status_code == 303, answer.text
    (change,) = town.site.procedure.state("review", review(town)).changes
    assert (change.version, change.admissible) == ("next", True)
    return str(change.digest)


def test_the_difference_is_told_in_words_with_the_check_report(town: Town, digest: str) -> None:
    html = town.reader("province").get(f"/evaluations/{review(town)}").text
    assert "settle_backlog_hours：“72”改为“48”" in html
    assert "核验通过" in html
    report = town.reader("province").get(f"/evaluations/{review(town)}/plan/{digest}")
    assert json.loads(report.text)["admissible"] is True
    assert town.reader("county").get(f"/evaluations/{review(town)}/plan/{digest}").status_code == 404
    assert town.reader("province").get(f"/evaluations/{review(town)}/plan/0000").status_code == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nothing", "不是可读的 ZIP"),
        (zipped(clocks=("[", "[[[")), "clocks.toml"),
        (zipped(), "没有差别"),
        (zipped(clocks=("settle_backlog_hours = 72", "settle_backlog_hours = 48")), "版本号"),
    ],
)
def test_what_is_not_taken(town: Town, digest: str, content: bytes, why: str) -> None:
    answer = hands_in(town, "province", content)
    assert answer.status_code in (409, 422)
    assert why in answer.text


def test_a_bank_hands_nothing_in(town: Town) -> None:
    assert hands_in(town, "engineer", zipped()).status_code in (403, 404, 409)


def test_only_the_provinces_group_makes_it_live_and_that_is_a_fact(town: Town, digest: str) -> None:
    path = f"/evaluations/{review(town)}"
    live = plan_in_use().version
    office = town.as_("province")
    csrf = form_of(office.get("/evaluations").text, "/sign-out").fields["csrf"]
    refused = office.post(f"{path}/activation", data={"csrf": csrf, "digest": digest})
    assert (refused.status_code, plan_in_use().version) == (409, live)
    leader = town.as_("leader")
    form = form_of(leader.get(path).text, f"{path}/activation")
    assert leader.post(form.action, data=form.fields, timeout=200).status_code == 303
    assert plan_in_use().version == "next"
    with town.store.read() as connection:
        (fact,) = ledger.read(connection, kind="evaluation:review:plan_activated")
    assert (fact.fact.by, fact.fact.data["digest"], fact.fact.clause) == ("leader", digest, "5.4(4)")
    assert "已启用" in leader.get(path).text
