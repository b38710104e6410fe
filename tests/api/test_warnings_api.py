"""Warnings over HTTP: a bank tells of its own anomaly once, reads what it may see, and takes note by name."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hecha.edges.api.alerts import add_alerts
from hecha.edges.api.app import api
from hecha.edges.api.signing_in import issue_token, load_tokens
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.notify import outbox
from hecha.edges.procedure.alert_desk import AlertDesk
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.procedure import Procedure
from hecha.network.branches import Branches
from hecha.warning.alert import Assessment, Task
from hecha.warning.commands import Assess, Notify
from tests.api.test_http import Caller
from tests.api.town import AUDITOR, BRANCH, PROVINCE, Town, clerk

UNITS = ("bank/X", "bank/Y")


class Warned(Caller):
    """The API with the routes of warnings."""

    def __init__(self, town: Town, tokens: dict[str, str], path: Path) -> None:
        super().__init__(town, tokens, path)
        ground = Ground(town.network, Branches(town.network), (load_plan("zhejiang"),))
        self.procedure = Procedure(town.store, ground, outbox.put, town.clock, lambda: None, hear=outbox.hear)
        desk = AlertDesk(self.procedure, lambda _: town.organization)
        self._app = api(
            town.desk,
            lambda: town.picture,
            notices=town.notices,
            tokens=load_tokens(path),
            sessions=lambda request: self._session(request),
            rooms=[partial(add_alerts, desk=desk, office=lambda: town.desk.office)],
        )

    def notified(self, alert: str, *units: str) -> None:
        """The city's office assesses, its group notifies."""
        now = self.town.clock()
        one = Assessment(4, 4, "officer", "pbc/3303", now, "持续停电")
        notify = Notify(units, (Task.PREPARE,), "leader", "pbc/3303", now)
        kept = Alerts(self.procedure.registry, self.procedure.ground)
        for command in (Assess(one), notify):
            self.town.run(self.procedure.run(lambda tx, command=command: kept.do(tx, alert, command)))


@pytest.fixture
def call(small_town: Town, tmp_path: Path) -> Warned:
    path = tmp_path / "api-tokens.json"
    return Warned(small_town, {unit: issue_token(path, unit) for unit in UNITS}, path)


def news(**more: Any) -> dict[str, Any]:
    return {"kind": "anomaly", "title": "机房市电中断", "nature": "power", "severity": 3} | more


def enter(call: Warned, key: str = "k", who: Any = "bank/X", **more: Any) -> str:
    answer = call("POST", "/v1/warnings", who, key, json=news(**more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_an_anomaly_is_told_to_the_local_branch_and_entered_once(call: Warned) -> None:
    first, again = enter(call), enter(call)
    assert first == again
    found = call("GET", f"/v1/warnings/{first}").json()
    assert found["phase"] == "reported"
    assert [(leg["clause"], leg["sender"], leg["post"]) for leg in found["legs"]] == [("3.2.3(3)", "bank/X", "group")]
    assert [one["kind"] for one in found["timeline"]] == ["warning:alert:raised"]
    conflict = call("POST", "/v1/warnings", key="k", json=news(title="另一件事"))
    assert conflict.status_code == 409


def test_everybody_lists_what_is_theirs(call: Warned) -> None:
    ours = enter(call)
    theirs = enter(call, "k2", "bank/Y", title="别的银行")

    def listed(who: Any) -> list[str]:
        return [one["id"] for one in call("GET", "/v1/warnings", who).json()["items"]]

    assert listed("bank/X") == [ours]
    assert listed("bank/Y") == [theirs]
    assert set(listed(BRANCH)) == set(listed(PROVINCE)) == {ours, theirs}
    assert listed(clerk("x1")) == []  # entered for the bank as a whole, without a part that the counter has
    assert call("GET", f"/v1/warnings/{ours}", "bank/Y").status_code == 404


def test_a_bank_takes_note_by_a_name(call: Warned) -> None:
    alert = enter(call)
    path = f"/v1/warnings/{alert}/acknowledgement"
    refused = call("POST", path, key="a", json={"person": "周经理"})
    assert (refused.status_code, refused.json()["clause"]) == (403, "3.2.4")  # nobody has notified it yet
    call.notified(alert, "bank/X", "bank/Y")
    assert call("POST", path, key="b", json={}).status_code == 422
    answer = call("POST", path, key="c", json={"person": "周经理"})
    assert answer.status_code == 200, answer.text
    (own,) = answer.json()["calls"]
    assert (own["unit"], own["person"], own["medium"]) == ("bank/X", "周经理", "api")
    seen = call("GET", f"/v1/warnings/{alert}", "bank/Y").json()
    assert [one["unit"] for one in seen["calls"]] == ["bank/Y"]  # who else was told is not told


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("bank/X", news(kind="event", nature="disaster"), 403),
        (AUDITOR, news(), 403),
        (None, news(), 401),
        ("bank/X", news(kind="rumour"), 422),
        ("bank/X", news(nature="magic"), 422),
        ("bank/X", news(title=""), 422),
        ("bank/X", news(components=["bank/Y/core"]), 422),
        ("bank/X", news(components=["outlet/y1/line"]), 422),
        ("bank/X", news(areas=["99"]), 422),
        ("bank/X", news(began="2026-03-12T10:00:00"), 422),
        ("bank/X", news(severity=5), 422),
        ("bank/X", news(extra=1), 422),
        ("bank/X", news(text="x" * 1001), 422),
    ],
)
def test_what_is_refused_changes_nothing(call: Warned, who: Any, body: dict[str, Any], status: int) -> None:
    assert call("POST", "/v1/warnings", who, "k", json=body).status_code == status
    assert call("GET", "/v1/warnings?state=all", PROVINCE).json()["items"] == []


def test_a_post_without_a_key_and_a_bad_cursor(call: Warned) -> None:
    assert call("POST", "/v1/warnings", json=news()).status_code == 400
    assert call("GET", "/v1/warnings?cursor=%27%3B--").status_code == 422
    assert call("GET", "/v1/warnings?state=hidden").status_code == 422
    assert call("GET", "/v1/warnings/W0").status_code == 404


def test_pages_of_the_list(call: Warned) -> None:
    names = {enter(call, f"k{n}", title=f"异常{n}") for n in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = call("GET", f"/v1/warnings?limit=2&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 5
    assert set(seen) == names
