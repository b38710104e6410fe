"""`POST /api/v1/verifications` as others rely on it: who may ask, what a key promises, which forms are refused."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.entrance_model import BODY_BYTES_MAX, REFERENCE_MAX
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.verification.outcome import Outcome

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("entrances")]
PATH = "/api/v1/verifications"


def body(province, **changes):
    one = province.good()
    subject = {"name": one.name, "number": one.number} | changes.pop("subject", {})
    whole = {"subject": subject, "business": {"type": "01", "reference": "r"}, "outlet": "l1"}
    return whole | changes


def headers(province, key, who="loc"):
    return {"authorization": f"Bearer {province.token(who)}", "idempotency-key": key}


def post(province, key, content, who="loc", at="entrance-bank", **more):
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    status, answer = province.post(at, PATH, text, headers(province, key, who) | more)
    return status, json.loads(answer)


def test_the_answer_has_exactly_the_fields_that_were_agreed(province, key):
    _, answer = post(province, key(), body(province))
    assert set(answer) == {"id", "outcome", "mode", "path", "photo", "issuing_authority", "at"}
    assert all({"hop", "ms"} <= set(step) <= {"hop", "ms", "result"} for step in answer["path"])
    assert answer["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("find", "outcome"),
    [
        (lambda c: c.has_photo and not c.card_lost and not c.card_invalid, "match_photo"),
        (lambda c: not c.has_photo and not c.card_lost and not c.card_invalid, "match_no_photo"),
        (lambda c: c.card_lost, "card_lost"),
        (lambda c: c.card_invalid, "card_invalid"),
    ],
    ids=["match_photo", "match_no_photo", "card_lost", "card_invalid"],
)
def test_each_business_result_comes_through(province, key, find, outcome):
    citizen = next(one for one in map(province.population.citizen, range(50_000)) if find(one))
    assert province.verify("l1", key(), citizen)["outcome"] == outcome


def test_mismatch_not_found_and_wrong_input_are_told_apart(province, key):
    nobody = province.population.nobody(7)
    assert post(province, key(), body(province, subject={"name": "误输"}))[1]["outcome"] == "name_mismatch"
    assert post(province, key(), body(province, subject={"number": nobody}))[1]["outcome"] == "not_found"
    number = province.good().number
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    for subject in ({"number": wrong}, {"number": ""}, {"number": "1" * 15}, {"name": ""}, {"name": "3"}):
        status, answer = post(province, key(), body(province, subject=subject))
        assert (status, answer["outcome"], answer["path"]) == (200, "input_error", [])


def test_a_number_as_people_type_it_is_normalised(province, key):
    citizen = province.good()
    spaced = f" {citizen.number[:6]} {citizen.number[6:14]} {citizen.number[14:]} ".lower()
    assert post(province, key(), body(province, subject={"number": spaced}))[1]["outcome"] == "match_photo"


def test_a_banks_own_system_gets_the_card_in_the_order_of_the_regulation(province, key):
    """Delegation, switching, other ways; match_photo and wrong inputs leave nothing to do."""
    province.breaks("outlet/l1/line")
    mine = key()
    card = post(province, mine, body(province))[1]["card"]
    assert [step["clause"] for step in card["steps"]] == ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]
    assert [step["applicable"] for step in card["steps"]] == [True, False, True]
    province.mend_all()
    wrong = post(province, key(), body(province, subject={"name": "误输"}))[1]
    assert wrong["card"]["outcome"] == "name_mismatch"
    assert "card" not in post(province, mine, body(province))[1]
    assert "card" not in post(province, key(), body(province, subject={"number": "1"}))[1]


def test_where_what_all_share_is_gone_nobody_is_offered_as_delegate(province, key):
    province.kill("police")
    card = post(province, key(), body(province))[1]["card"]
    assert [step["applicable"] for step in card["steps"]] == [False, False, True]


NOT_JSON = ["", "{", "[]", "null", "name=x", '{"a":NaN}', b"\xff\xfe{}", "[" * 5000]
FORMS = {
    "unknown field": {"extra": 1},
    "no subject": {"subject": None},
    "number as a number": {"subject": {"name": "甲", "number": 330302199003071236}},
    "no business type": {"business": {"reference": "r"}},
    "unknown business type": {"business": {"type": "06"}},
    "unknown mode": {"mode": "fax"},
    "long reference": {"business": {"type": "01", "reference": "r" * (REFERENCE_MAX + 1)}},
    "long outlet": {"outlet": "o" * 65},
}


@pytest.mark.parametrize("text", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_not_json_is_a_problem_of_422(province, key, text):
    status, problem = post(province, key(), text)
    assert (status, problem["status"], problem["type"]) == (422, 422, "/problems/input")


@pytest.mark.parametrize("change", FORMS.values(), ids=FORMS)
def test_a_form_that_does_not_fit_is_refused_and_nothing_is_repeated(province, key, change):
    whole = body(province)
    status, problem = post(province, key(), whole | change)
    assert status == 422
    assert problem["errors"][0]["where"]
    assert whole["subject"]["number"] not in json.dumps(problem)
    assert whole["subject"]["name"] not in json.dumps(problem, ensure_ascii=False)


def test_a_body_beyond_the_limit_is_refused(province, key):
    whole = body(province) | {"business": {"type": "01", "reference": "r" * BODY_BYTES_MAX}}
    assert post(province, key(), whole)[0] == 413


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 500])
def test_without_the_institutions_token_nothing_is_done(province, key, given):
    status, problem = post(province, key(), body(province), authorization=given)
    assert (status, problem["type"]) == (401, "/problems/sign-in")


def test_an_institution_speaks_for_its_own_outlets_only(province, key):
    for outlet in ("n1", "w1", "nowhere"):
        status, problem = post(province, key(), body(province, outlet=outlet), who="loc")
        assert (status, problem["clause"]) == (403, "1.3")
        assert problem["way_out"]
    assert post(province, key(), body(province, outlet="l2"), who="loc")[0] == 200
    assert post(province, key(), body(province, outlet="n1"), who="console")[0] == 200
    assert post(province, key(), body(province, outlet="nowhere"), who="console")[0] == 422


def test_a_mode_that_the_bank_does_not_have_is_refused_with_the_clause(province, key):
    status, problem = post(province, key(), body(province, outlet="w1", mode="interface"), who="web")
    assert (status, problem["clause"]) == (403, "5.1.1(2)")


@pytest.mark.parametrize("bad", ["", " ", "钥", "k" * 129, "a b"])
def test_every_post_needs_a_usable_key(province, bad):
    given = {**headers(province, "x"), "idempotency-key": bad.encode().decode("latin-1")}
    if not bad:
        del given["idempotency-key"]
    status, answer = province.post("entrance-bank", PATH, json.dumps(body(province)), given)
    assert status == 400
    assert json.loads(answer)["type"] == "/problems/idempotency-key"


def test_the_same_key_gives_the_same_answer_and_another_payload_conflicts(province, key):
    mine = key()
    first = post(province, mine, body(province))
    assert post(province, mine, json.dumps(body(province), indent=3)) == first, "spaces are no other payload"
    status, problem = post(province, mine, body(province, outlet="l2"))
    assert (status, problem["type"]) == (409, "/problems/conflict")
    assert post(province, mine, body(province)) == first
    assert post(province, mine, body(province, outlet="n1"), who="nat")[0] == 200, "keys belong to an institution"


def test_concurrent_duplicates_are_verified_once(province, key):
    mine, whole = key(), body(province)
    before = len(province.rows("entrance-bank"))
    province.breaks("police", "slow", "300")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(province, mine, whole), range(8)))
    assert {answer["id"] for _, answer in answers} == {answers[0][1]["id"]}
    assert len(province.rows("entrance-bank")) == before + 1


def test_after_unavailable_the_same_key_may_try_again(province, key):
    mine = key()
    province.breaks("outlet/l1/line")
    assert post(province, mine, body(province))[1]["outcome"] == "unavailable"
    province.mend_all()
    assert post(province, mine, body(province))[1]["outcome"] == "match_photo"


def test_a_restart_keeps_the_answers_and_brings_the_photo_back(province, key):
    keys = [key() for _ in range(3)]
    wrong = body(province, subject={"name": "误输"})  # its answer carries a card, which is kept as well
    before = [post(province, keys[0], body(province)), post(province, keys[1], wrong)]
    province.restart("entrance-bank")
    assert [post(province, keys[0], body(province)), post(province, keys[1], wrong)] == before
    assert post(province, keys[1], body(province))[0] == 409


def test_after_a_restart_an_answer_stays_even_if_its_photo_cannot_be_had(province, key):
    mine = key()
    before = post(province, mine, body(province))[1]
    province.restart("entrance-bank")
    province.breaks("city/A1/line")
    again = post(province, mine, body(province))[1]
    assert again == {name: value for name, value in before.items() if name != "photo"}


def test_unknown_paths_and_methods_are_problems_too(province):
    for method, path, status in (("GET", PATH, 405), ("POST", "/nowhere", 404)):
        got, answer = province._send("entrance-web", method, path, b"", {})
        assert (got, json.loads(answer)["status"]) == (status, status)


def test_health_and_metrics_tell_nothing_of_a_citizen(province, key):
    citizen = province.good()
    province.verify("l1", key(), citizen)
    assert province.get("entrance-bank", "/readyz") == (200, b'{"ready":true}')
    metrics = province.get("entrance-bank", "/metrics")[1].decode()
    assert 'hecha_entrance_outcomes_total{outcome="match_photo"}' in metrics
    assert citizen.number not in metrics
    assert citizen.name not in metrics


def test_names_and_numbers_lie_only_encrypted_on_the_disk(province, key):
    citizen = province.good()
    province.verify("l1", key(), citizen)
    for file in province.home.glob("*.db*"):
        content = file.read_bytes()
        assert citizen.number.encode() not in content
        assert citizen.name.encode() not in content
    assert citizen.number not in "".join(log.read_text() for log in province.home.glob("*.log"))


@pytest.mark.parametrize("path", ["/hop/verify", "/hop/ping"])
def test_hop_messages_are_for_hops(province, path):
    assert province.post("entrance-web", path, "{}", {})[0] == 401
    assert province.post("entrance-web", path, "{}", {"x-hecha-hop": "entrance-bank 00"})[0] == 401


def test_outcomes_are_for_the_console(province):
    assert province.get("entrance-web", "/hop/outcomes")[0] == 401
    bank = {"authorization": f"Bearer {province.token('loc')}"}
    assert province.get("entrance-web", "/hop/outcomes", bank)[0] == 401


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=1.5", "after=" + "9" * 30])
def test_a_cursor_must_be_a_number(province, query):
    console = {"authorization": f"Bearer {province.token('console')}"}
    assert province.get("entrance-web", f"/hop/outcomes?{query}", console)[0] == 422


def test_faults_need_the_sandboxs_token(province):
    order = '{"component":"account-system","fault":"down"}'
    assert province.post("entrance-web", "/hop/fault", order, {})[0] == 404
    assert province.post("entrance-web", "/hop/fault", order, {"x-hecha-fault-token": "wrong"})[0] == 404


def client(province, name="entrance-bank", who="console", **more):
    return EntranceClient(f"http://{province.address(name)}", province.token(who), **more)


def test_the_client_verifies_pings_and_reads_outcomes(province, key):
    citizen = province.good()

    async def story():
        async with client(province) as entrance:
            answer = await entrance.verify(name=citizen.name, number=citizen.number, outlet="l1", key=key())
            assert answer.outcome is Outcome.MATCH_PHOTO
            page = await entrance.outcomes(after=0, limit=5)
            assert page.hop == "entrance-bank"
            assert page.rows[0].seq == 1
            assert (await entrance.ping(outlet="l1", mode="interface")).reached
            with pytest.raises(BadInput):
                await entrance.verify(name="甲", number="1", outlet="nowhere", key=key())

    asyncio.run(story())


def test_the_client_raises_refusals_and_conflicts_and_never_an_outage(province, key):
    citizen, mine = province.good(), key()

    async def story():
        async with client(province, who="loc") as entrance:
            with pytest.raises(Refused) as refused:
                await entrance.verify(name=citizen.name, number=citizen.number, outlet="n1", key=key())
            assert refused.value.clause == "1.3"
            await entrance.verify(name=citizen.name, number=citizen.number, outlet="l1", key=mine)
            with pytest.raises(Conflict):
                await entrance.verify(name=citizen.name, number=citizen.number, outlet="l2", key=mine)
        async with EntranceClient("http://127.0.0.1:9", "t") as nobody:
            answer = await nobody.verify(name=citizen.name, number=citizen.number, outlet="l1", key=key())
            assert (answer.outcome, answer.path[0].result) == (Outcome.UNAVAILABLE, "refused")
            assert not (await nobody.ping()).reached

    asyncio.run(story())


def test_the_clients_standby_serves_when_its_entrance_is_gone(province, key):
    citizen = province.good()
    province.kill("entrance-web")

    async def story():
        standby = f"http://{province.address('entrance-bank')}"
        async with client(province, "entrance-web", standby=standby) as entrance:
            return await entrance.verify(name=citizen.name, number=citizen.number, outlet="l1", key=key())

    assert asyncio.run(story()).outcome is Outcome.MATCH_PHOTO


def test_many_people_with_bounded_concurrency_bad_rows_among_them(province, key):
    citizens = [province.population.citizen(n) for n in range(60)]
    start = key()

    def rows():
        for nth, one in enumerate(citizens):
            outlet = "nowhere" if nth == 17 else "l1"
            subject = {"name": one.name, "number": one.number}
            yield f"{start}-{nth}", {"subject": subject, "business": {"type": "05"}, "outlet": outlet}

    async def story():
        async with client(province, connections=4) as entrance:
            return {index: answer async for index, answer in entrance.verify_many(rows(), concurrency=4)}

    answers = asyncio.run(story())
    assert sorted(answers) == list(range(60))
    assert isinstance(answers.pop(17), BadInput)
    assert Outcome.UNAVAILABLE not in {answer.outcome for answer in answers.values()}
