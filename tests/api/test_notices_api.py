"""Notices over the API: the inbox of the caller's unit, and an acknowledgement by a named person, once."""

import pytest

from hecha.edges.notify import outbox
from hecha.edges.store import ledger
from hecha.kernel.notices import Notice
from tests.api.test_http import Caller, call  # noqa: F401
from tests.api.town import AUDITOR, BRANCH, ENGINEER_X, MORNING


def put(caller: Caller, **changes) -> str:
    said = {
        "key": "order:O1:bank/X", "unit": "bank/X", "what": "order.start", "clause": "4.3.1(5)", "subject": "O1",
        "at": MORNING, "post": "group", "urgent": True, "wants_ack": True, "facts": {"level": "3"},
    }  # fmt: skip
    notice = Notice(**said | changes)
    return caller.town.store.submit(lambda tx: outbox.put(tx, notice)).result(10)


def path(id: str) -> str:
    return f"/v1/notices/{id}/acknowledgement"


def test_the_inbox_is_the_callers_own(call: Caller) -> None:  # noqa: F811
    id = put(call)
    (one,) = call("GET", "/v1/inbox").json()["items"]
    assert (one["id"], one["title"], one["state"], one["read"]) == (
        id, {"zh": "启动命令", "en": "Start order"}, "open", False
    )  # fmt: skip
    assert call("GET", "/v1/inbox", "bank/Y").json() == {"items": [], "next": None}
    assert call("GET", "/v1/inbox", None).status_code == 401
    assert call("GET", "/v1/inbox?view=mine").status_code == 422


def test_pages_follow_one_another(call: Caller) -> None:  # noqa: F811
    ids = [put(call, key=f"order:O{n}") for n in range(3)]
    first = call("GET", "/v1/inbox?limit=2").json()
    second = call("GET", f"/v1/inbox?limit=2&cursor={first['next']}").json()
    assert sorted(one["id"] for one in first["items"] + second["items"]) == sorted(ids)
    assert second["next"] is None


def test_an_institutions_machine_names_the_person(call: Caller) -> None:  # noqa: F811
    id = put(call)
    assert call("POST", path(id), key="k", json={}).status_code == 422
    answer = call("POST", path(id), key="k2", json={"person": "李丁", "revision": 1})
    assert (answer.status_code, answer.json()["state"], answer.json()["acknowledged_by"]) == (
        200,
        "acknowledged",
        "李丁",
    )


def test_the_same_key_again_is_the_same_acknowledgement(call: Caller) -> None:  # noqa: F811
    id = put(call)
    first, again = (call("POST", path(id), key="k", json={"person": "李丁"}) for _ in range(2))
    assert first.json() == again.json()
    assert call("POST", path(id), key="k", json={"person": "王乙"}).status_code == 409
    with call.town.store.read() as connection:
        assert len(ledger.read(connection, kind="notice:message:acknowledged")) == 1


def test_a_person_with_a_session_takes_note_in_the_own_name(call: Caller) -> None:  # noqa: F811
    id = put(call)
    assert call("POST", path(id), ENGINEER_X, "k", json={}).json()["acknowledged_by"] == ENGINEER_X.name


@pytest.mark.parametrize(
    ("who", "key", "body", "status"),
    [
        ("bank/Y", "k", {"person": "李丁"}, 404),
        (BRANCH, "k", {}, 404),
        (AUDITOR, "k", {}, 404),
        ("bank/X", "", {"person": "李丁"}, 400),
        ("bank/X", "k", {"person": "李丁", "revision": 2}, 409),
        ("bank/X", "k", {"person": "字" * 41}, 422),
        ("bank/X", "k", {"person": "李丁", "more": 1}, 422),
    ],
)
def test_what_is_no_acknowledgement(call: Caller, who, key, body, status) -> None:  # noqa: F811
    id = put(call)
    assert call("POST", path(id), who, key, json=body).status_code == status
    assert call("GET", "/v1/inbox?view=waiting").json()["items"][0]["id"] == id
