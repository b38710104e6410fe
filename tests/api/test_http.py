"""The API over HTTP: keys, tenants, problems, pages. The desk behind it is real, the entrance lies in memory."""

import asyncio
import io
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hecha.edges.api.app import JSON_BYTES_MAX, api
from hecha.edges.api.organization import add_units
from hecha.edges.api.signing_in import issue_token, load_tokens
from hecha.organization.principal import Principal
from hecha.verification.outcome import Outcome
from tests.api.town import AUDITOR, BRANCH, ENGINEER_X, Town, clerk, number, registration, verification


class Caller:
    """Speaks to the application in process, as one institution or person."""

    def __init__(self, town: Town, tokens: dict[str, str], path: Path) -> None:
        self.town, self._tokens = town, tokens
        self._people: dict[str, Principal] = {}
        self._app = api(
            town.desk,
            lambda: town.picture,
            notices=town.notices,
            tokens=load_tokens(path),
            sessions=lambda request: self._session(request),
            rooms=[partial(add_units, organization=lambda: town.organization, clock=town.clock)],
        )

    def _session(self, request: Any) -> Any:
        who = self._people.get(request.cookies.get("session", ""))
        return None if who is None else Session(who)

    def __call__(
        self, method: str, path: str, who: str | Principal | None = "bank/X", key: str = "", **more: Any
    ) -> httpx.Response:
        headers = more.pop("headers", {}) | ({"idempotency-key": key} if key else {})
        cookies = {}
        if isinstance(who, Principal):
            self._people[who.account] = who
            cookies = {"session": who.account}
            headers = {"x-csrf-token": "csrf"} | headers
        elif who:
            headers = {"authorization": f"Bearer {self._tokens[who]}"} | headers
        return asyncio.run(self._send(method, path, headers, cookies, more))

    async def _send(
        self, method: str, path: str, headers: dict[str, str], cookies: dict[str, str], more: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://console", cookies=cookies) as client:
            return await client.request(method, path, headers=headers, **more)


class Session:
    def __init__(self, principal: Principal) -> None:
        self.principal, self.csrf = principal, "csrf"


@pytest.fixture
def call(small_town: Town, tmp_path: Path) -> Caller:
    path = tmp_path / "api-tokens.json"
    tokens = {unit: issue_token(path, unit) for unit in ("bank/X", "bank/Y")}
    return Caller(small_town, tokens, path)


def enter(call: Caller, serial: int, key: str, who: str | Principal = "bank/X", outlet: str = "x1") -> httpx.Response:
    return call("POST", "/v1/registrations", who, key, json=registration(serial, outlet=outlet))


def test_a_verification_with_its_card(call: Caller) -> None:
    call.town.truth[number(1)] = Outcome.NOT_FOUND
    answer = call("POST", "/v1/verifications", key="k", json=verification(1, outlet="x1"))
    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["card"]["ask_card_authority"]) == ("not_found", True)


def test_a_registration_and_its_resend(call: Caller) -> None:
    first, again = enter(call, 1, "k"), enter(call, 1, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["durable"] == "local"
    assert len(call("GET", "/v1/registrations").json()["items"]) == 1


def test_the_same_key_with_another_payload_is_a_conflict(call: Caller) -> None:
    enter(call, 1, "k")
    problem = enter(call, 2, "k")
    assert (problem.status_code, problem.headers["content-type"]) == (409, "application/problem+json")


def test_the_same_key_of_another_institution_is_another_key(call: Caller) -> None:
    ours, theirs = enter(call, 1, "k"), enter(call, 1, "k", "bank/Y", "y1")
    assert ours.json()["id"] != theirs.json()["id"]


@pytest.mark.parametrize("path", ["/v1/registrations", "/v1/delegations", "/v1/verifications"])
@pytest.mark.parametrize("key", ["", "k" * 129, "a\tb"])
def test_every_post_wants_a_key(call: Caller, path: str, key: str) -> None:
    body = verification(1, outlet="x1")
    if path == "/v1/registrations":
        body = registration(1, outlet="x1")
    if path == "/v1/delegations":
        body |= {"delegate": "outlet/y1"}
    assert call("POST", path, key=key, json=body).status_code in (400, 422)


@pytest.mark.parametrize("who", [None, "unknown"])
def test_nobody_without_a_name(call: Caller, who: str | None) -> None:
    call._tokens["unknown"] = "x" * 43
    for method, path in (("GET", "/v1/registrations"), ("POST", "/v1/registrations"), ("GET", "/v1/situation")):
        assert call(method, path, who, key="k", json={}).status_code == 401


def test_tokens_that_are_known_elsewhere_are_taken_as_well(call: Caller, tmp_path: Path) -> None:
    known = load_tokens(tmp_path / "api-tokens.json").also({"bank/Y": "derived"})
    for token in (call._tokens["bank/Y"], "derived"):
        found = known.principal(token)
        assert found is not None
        assert found.unit == "bank/Y"
    assert known.principal("guess") is None


def test_a_cookie_alone_does_not_post(call: Caller) -> None:
    body = registration(1)
    denied = call("POST", "/v1/registrations", clerk("x1"), "k", json=body, headers={"x-csrf-token": "guess"})
    assert denied.status_code == 403
    assert call("POST", "/v1/registrations", clerk("x1"), "k", json=body).status_code == 201


def test_tenants_see_only_their_own(call: Caller) -> None:
    ours = enter(call, 1, "k").json()["id"]
    for path in (f"/v1/registrations/{ours}", f"/v1/registrations/{ours}/slip"):
        assert call("GET", path).status_code == 200
        assert call("GET", path, "bank/Y").status_code == 404
        assert call("GET", path, clerk("x2")).status_code == 404
    assert call("GET", "/v1/registrations", "bank/Y").json()["items"] == []
    assert enter(call, 2, "k2", "bank/Y", "x1").status_code == 404
    settle = call("POST", f"/v1/registrations/{ours}/settlement", "bank/Y", "k3", json={"how": "stopped"})
    assert settle.status_code == 404


def test_the_branch_sees_the_entry_but_not_the_citizen(call: Caller) -> None:
    ours = enter(call, 1, "k").json()["id"]
    seen = call("GET", f"/v1/registrations/{ours}", BRANCH)
    assert seen.status_code == 200
    assert "subject" not in seen.json()
    assert call("GET", f"/v1/registrations/{ours}/slip", BRANCH).status_code == 404


@pytest.mark.parametrize(("who", "status"), [(clerk("x1"), 201), (ENGINEER_X, 403), (BRANCH, 403), (AUDITOR, 403)])
def test_who_may_register(call: Caller, who: Principal, status: int) -> None:
    assert enter(call, 1, "k", who).status_code == status


def test_problems_never_repeat_what_was_sent(call: Caller) -> None:
    wrong = registration(1, outlet="x1")
    wrong["subject"] = {"name": "金丝雀", "number": "330302199001019999", "extra": "金丝雀"}
    problem = call("POST", "/v1/registrations", key="k", json=wrong)
    assert problem.status_code == 422
    assert "金丝雀" not in problem.text
    assert "330302199001019999" not in problem.text
    wrong["subject"].pop("extra")
    problem = call("POST", "/v1/registrations", key="k", json=wrong)
    assert problem.status_code == 422
    assert "330302199001019999" not in problem.text


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b'{"subject": NaN}', b"\xff\xfe"])
def test_malformed_json_is_422(call: Caller, body: bytes) -> None:
    answer = call("POST", "/v1/registrations", key="k", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
PLACES = ["subject", "business", "contact", "voucher", "outlet", "mode", "evidence", "delegate", "accept", "how", "why"]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.sampled_from(
        ["verifications", "registrations", "delegations", "registrations/R1/settlement", "delegations/W1/reply"]
    ),
    place=st.sampled_from(PLACES),
    value=JSON_VALUES,
    key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9),
)
def test_no_body_is_an_internal_error(call: Caller, path: str, place: str, value: Any, key: str) -> None:
    body = {**registration(1, outlet="x1"), place: value}
    if path == "verifications":
        body = {**verification(1, outlet="x1"), place: value}
    text = json.dumps(body)
    answer = call("POST", f"/v1/{path}", key=key, content=text, headers={"content-type": "application/json"})
    assert answer.status_code < 500, (path, body)


@pytest.mark.parametrize("id", ["%00", "..%2f", "a" * 65, "R1'--", "\ud800".encode("utf-8", "surrogatepass").hex()])
def test_strange_ids_are_not_there(call: Caller, id: str) -> None:
    for path in ("registrations", "delegations", "batches"):
        assert call("GET", f"/v1/{path}/{id}").status_code in (404, 422)
        assert call("GET", f"/v1/{path}?cursor={id}").status_code in (200, 422)


@pytest.mark.parametrize("place", ["voucher", "contact", "reference"])
@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\ud800"])
def test_control_characters_are_refused(call: Caller, place: str, text: str) -> None:
    body = registration(1, outlet="x1")
    body |= {"voucher": {"number": text}} if place == "voucher" else {}
    body |= {"contact": {"telephone": text}} if place == "contact" else {}
    body |= {"business": {"type": "01", "reference": text}} if place == "reference" else {}
    answer = call("POST", "/v1/registrations", key="k", content=json.dumps(body))
    assert answer.status_code == 422


def test_a_large_body_is_413(call: Caller) -> None:
    assert call("POST", "/v1/registrations", key="k", content=b" " * (JSON_BYTES_MAX + 1)).status_code == 413


def test_pages_follow_each_other_without_a_gap(call: Caller) -> None:
    entered = []
    for serial in range(7):
        call.town.clock.passes(seconds=1)
        entered.append(enter(call, serial, f"k{serial}").json()["id"])
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = call("GET", f"/v1/registrations?limit=3&cursor={cursor}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == entered[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "state=nothing", "limit=99999999999999999999"])
def test_wrong_queries_are_named(call: Caller, query: str) -> None:
    assert call("GET", f"/v1/registrations?{query}").status_code == 422


def test_delegation_from_asking_to_answer(call: Caller) -> None:
    body = verification(1, outlet="x1") | {"delegate": "outlet/y1"}
    asked = call("POST", "/v1/delegations", key="k", json=body).json()
    theirs = clerk("y1")
    path = f"/v1/delegations/{asked['id']}"
    assert call("GET", path, clerk("x2")).status_code == 404
    assert call("GET", path, theirs).status_code == 403  # not before accepting
    assert call("POST", f"{path}/performance", theirs, "k0", json={}).status_code == 403
    assert call("POST", f"{path}/reply", clerk("x1"), "k1", json={"accept": True}).status_code == 403
    assert call("POST", f"{path}/reply", theirs, "k2", json={"accept": True}).json()["state"] == "accepted"
    assert call("GET", path, theirs).json()["subject"]["number"].startswith("330302*")
    done = call("POST", f"{path}/performance", theirs, "k3", json={}).json()
    assert (done["state"], done["outcome"], done["performed_by"]) == ("performed", "match_photo", "clerk-y1")
    assert call("GET", path, clerk("x1")).json()["outcome"] == "match_photo"


def test_an_agreed_delegate_comes_first_on_the_card(call: Caller) -> None:
    agreement = {"delegate": "outlet/y1", "telephone": "0577-5550101", "rank": 1}
    assert call("PUT", "/v1/agreements", json=agreement).status_code == 200
    call.town.entrance.down = True
    card = call("POST", "/v1/verifications", key="k", json=verification(1, outlet="x1")).json()["card"]
    first = card["steps"][0]["delegates"][0]
    assert (first["unit"], first["telephone"], first["agreed"]) == ("outlet/y1", "0577-5550101", True)


def sheet(*serials: int) -> str:
    return "姓名,公民身份号码\n" + "\n".join(f"测试{serial},{number(serial)}" for serial in serials)


def packed(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", "姓名,公民身份号码\n测试甲," + number(1)),
        ("rows.csv", ("姓名,公民身份号码\n测试甲," + number(1)).encode("gbk")),
        ("ROWS.ZIP", packed("姓名,公民身份号码\n测试甲," + number(1))),
    ],
)
def test_files_as_people_send_them(call: Caller, name: str, content: bytes | str) -> None:
    answer = call("POST", "/v1/batches", key="k", files={"file": (name, content)}, data={"outlet": "x1"})
    assert (answer.status_code, answer.json()["good"]) == (202, 1)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("rows.xlsx", b"PK", 422),
        ("rows.zip", b"not a zip", 422),
        ("rows.csv", b"\xff\xff\xff", 422),
        ("rows.csv", b"", 422),
        ("bomb.zip", packed("0" * (9 << 20)), 422),
        ("rows.csv", b"0" * (5 << 20), 413),
    ],
)
def test_files_that_are_refused(call: Caller, name: str, content: bytes, status: int) -> None:
    answer = call("POST", "/v1/batches", key="k", files={"file": (name, content)}, data={"outlet": "x1"})
    assert answer.status_code == status


def test_openapi_is_served_and_names_every_path(call: Caller) -> None:
    spec = call("GET", "/openapi.json", None).json()
    assert {"/v1/verifications", "/v1/registrations", "/v1/batches", "/v1/situation"} <= set(spec["paths"])
    assert json.dumps(spec)


def test_the_situation_is_cut_to_what_one_may_see(call: Caller) -> None:
    call.town.breaks()
    ours = call("GET", "/v1/situation").json()
    assert set(ours["outlets_not_up"]) == {"x1", "x2"}
    assert set(ours["banks"]) == {"X"}
    assert "relay" in ours["components"]  # shared by all
    assert set(call("GET", "/v1/situation", clerk("y1")).json()["outlets_not_up"]) == {"y1"}
