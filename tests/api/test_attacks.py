"""What an attacker, or a resend at the wrong moment, would try at the API."""

from pathlib import Path

import pytest

from hecha.edges.api.signing_in import load_tokens
from hecha.kernel.errors import BadInput
from hecha.verification.outcome import Outcome
from tests.api import test_http
from tests.api.test_http import Caller, packed, sheet
from tests.api.town import clerk, number, subject, verification

call = test_http.call  # the fixture


def accepted(call: Caller) -> str:
    """A delegation that y1 has accepted; its path."""
    body = verification(1, outlet="x1") | {"delegate": "outlet/y1"}
    path = f"/v1/delegations/{call('POST', '/v1/delegations', key='ask', json=body).json()['id']}"
    call("POST", f"{path}/reply", clerk("y1"), "accept", json={"accept": True})
    return path


@pytest.mark.parametrize("outcome", ["", "match_photo"])
def test_a_performance_sent_again_gets_its_answer(call: Caller, outcome: str) -> None:
    path = f"{accepted(call)}/performance"
    first, again = (call("POST", path, clerk("y1"), "k", json={"outcome": outcome}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json()["state"], again.json()["performed_at"]) == ("performed", first.json()["performed_at"])
    assert call("POST", path, clerk("y1"), "k", json={"outcome": "not_found"}).status_code == 409


def test_a_performance_that_was_unavailable_may_try_again_under_its_key(call: Caller) -> None:
    path = f"{accepted(call)}/performance"
    call.town.entrance.down = True
    vain = call("POST", path, clerk("y1"), "k", json={})
    assert (vain.status_code, vain.json()["state"], vain.json()["answer"]["outcome"]) == (
        200,
        "accepted",
        "unavailable",
    )
    call.town.entrance.down = False
    assert call("POST", path, clerk("y1"), "k", json={}).json()["outcome"] == "match_photo"


@pytest.mark.parametrize("at", range(0, 200, 3))
def test_a_zip_with_a_spoilt_byte_is_never_an_internal_error(call: Caller, at: int) -> None:
    content = bytearray(packed(sheet(*range(5))))
    content[at % len(content)] ^= 0x55
    answer = call("POST", "/v1/batches", key="k", files={"file": ("a.zip", bytes(content))}, data={"outlet": "x1"})
    assert answer.status_code in (202, 422)


@pytest.mark.parametrize("path", ["/v1/registrations", "/v1/situation", "/v1/nothing", "/openapi.json"])
def test_no_answer_is_kept_by_browsers(call: Caller, path: str) -> None:
    headers = call("GET", path).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_token_file_with_anything_else_in_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "api-tokens.json"
    for text in ('{"bank/X": 5}', '{"bank/X": "zz"}', "[]", "{"):
        path.write_text(text)
        with pytest.raises(BadInput, match=r"api-tokens\.json"):
            load_tokens(path)


@pytest.mark.parametrize("typed", ["温州市公安局 鹿城分局", "浙江省温州市公安局鹿城分局"])
def test_the_issuing_authority_is_known_however_it_is_typed(call: Caller, typed: str) -> None:
    call.town.truth[number(1)] = Outcome.NOT_FOUND
    body = verification(1, outlet="x1") | {"subject": subject(1, typed)}
    assert call("POST", "/v1/verifications", key="k", json=body).json()["card"]["ask_card_authority"] is False
