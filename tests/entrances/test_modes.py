"""Stories of one request and two modes, on real processes: whichever mode works answers, at either address."""

import signal

import pytest

from tests.entrances.province import hops_of

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("entrances")]
BOTH = pytest.mark.parametrize("at", ["entrance-bank", "entrance-web"])
LINES = ["outlet/l1/terminal", "outlet/l1/line", "county/A11/line", "city/A1/line"]


@BOTH
@pytest.mark.parametrize(
    ("outlet", "mode", "entry"),
    [
        ("n1", "interface", "bank/nat/core"),
        ("l1", "interface", "bank/loc/core"),
        ("w1", "non_interface", "account-system"),
    ],
)
def test_the_default_mode_goes_by_the_banks_kind(province, key, at, outlet, mode, entry):
    answer = province.verify(outlet, key(), at=at)
    assert (answer["http"], answer["outcome"], answer["mode"]) == (200, "match_photo", mode)
    hops = [hop for hop, _ in hops_of(answer)]
    assert entry in hops
    assert hops[-2:] == ["relay", "police"]
    assert ("hq-interconnect" in hops) == (outlet == "n1")


@BOTH
@pytest.mark.parametrize("outlet", ["n1", "l1"])
def test_a_dead_core_sends_the_same_request_by_the_web(province, key, at, outlet):
    core = f"bank/{(outlet.replace('1', '') == 'n' and 'nat') or 'loc'}/core"
    province.breaks(core)
    answer = province.verify(outlet, key(), at=at)
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "non_interface")
    assert (core, "down") in hops_of(answer)
    assert "account-system" in [hop for hop, _ in hops_of(answer)]


@BOTH
def test_web_asked_for_and_its_three_entries_gone_goes_by_interface(province, key, at):
    for entry in ("account-system", "credit-system", "direct-login"):
        province.breaks(entry)
    answer = province.verify("l1", key(), at=at, mode="non_interface")
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "interface")
    assert {hop for hop, result in hops_of(answer) if result == "down"} == {
        "account-system",
        "credit-system",
        "direct-login",
    }


@pytest.mark.parametrize(
    ("broken", "serves"),
    [
        ([], "account-system"),
        (["account-system"], "credit-system"),
        (["account-system", "credit-system"], "direct-login"),
        (["credit-system", "direct-login"], "account-system"),
    ],
)
@BOTH
def test_any_one_web_entry_suffices(province, key, at, broken, serves):
    for entry in broken:
        province.breaks(entry)
    answer = province.verify("w1", key(), at=at)
    assert answer["outcome"] == "match_photo"
    assert serves in [hop for hop, result in hops_of(answer) if result == "ok"]


def test_interface_service_down_goes_by_the_web(province, key):
    province.breaks("interface-service")
    answer = province.verify("l1", key())
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "non_interface")


def test_head_office_interconnect_down_a_national_bank_goes_by_the_web(province, key):
    province.breaks("hq-interconnect")
    answer = province.verify("n1", key())
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "non_interface")


def test_production_channel_cut_the_backup_takes_over_unseen_by_the_bank(province, key):
    province.breaks("channel/production")
    answer = province.verify("l1", key())
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "interface")
    assert "channel/backup" in [hop for hop, result in hops_of(answer) if result == "ok"]


@BOTH
@pytest.mark.parametrize("line", LINES)
def test_a_cut_line_stops_both_modes_and_only_where_it_leads(province, key, at, line):
    province.breaks(line)
    answer = province.verify("l1", key(), at=at)
    assert (answer["http"], answer["outcome"], answer["mode"]) == (200, "unavailable", "interface")
    assert hops_of(answer) == [(line, "down"), (line, "down")]
    assert "photo" not in answer
    elsewhere = {"outlet": "w1", "county": "l2", "city": "n2"}[line.split("/")[0]]
    assert province.verify(elsewhere, key(), at=at)["outcome"] == "match_photo"


@pytest.mark.parametrize("gate", [*LINES, "bank/loc/core"])
@pytest.mark.parametrize("fault", ["garbage", "bitflip", "truncate"])
def test_an_answer_spoilt_in_a_gate_is_never_a_result(province, key, gate, fault):
    """Its core spoilt, the bank goes by the web; its line spoilt, nothing can be believed."""
    province.breaks(gate, fault)
    answer = province.verify("l1", key())
    expected = ("match_photo", "non_interface") if gate == "bank/loc/core" else ("unavailable", "interface")
    assert (answer["outcome"], answer["mode"]) == expected
    assert next(result for hop, result in hops_of(answer) if hop == gate) in ("bad_answer", "bad_mac")


def test_a_half_open_core_costs_one_time_out_and_the_web_answers(province, key):
    province.breaks("bank/loc/core", "half-open")
    answer = province.verify("l1", key())
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "non_interface")
    assert hops_of(answer)[0] == ("bank/loc/core", "timeout")


def test_a_slow_line_is_slow_and_works(province, key):
    province.breaks("outlet/l1/line", "slow", "300")
    answer = province.verify("l1", key())
    assert (answer["outcome"], answer["mode"]) == ("match_photo", "interface")


def test_a_slow_entry_at_the_other_entrance_acknowledges_and_is_waited_for(province, key):
    """Longer than the 250 ms of a hop that says nothing: HTTP 102 tells slow from dead."""
    province.breaks("account-system", "slow", "700")
    answer = province.verify("w1", key(), at="entrance-bank")
    assert answer["outcome"] == "match_photo"
    assert "account-system" in [hop for hop, _ in hops_of(answer)]


def test_the_other_entrance_killed_its_entries_are_what_broke(province, key):
    province.kill("entrance-web")
    answer = province.verify("w1", key(), at="entrance-bank")
    assert answer["outcome"] == "unavailable"
    assert {hop for hop, _ in hops_of(answer)} == {"account-system", "credit-system", "direct-login"}
    assert province.verify("l1", key(), at="entrance-bank")["outcome"] == "match_photo"
    row = province.rows("entrance-bank")[-2]
    assert (row["outcome"], row["broke_at"]) == ("unavailable", "direct-login")


def test_the_other_entrance_frozen_costs_time_outs_and_nothing_is_made_up(province, key):
    """It keeps its sockets and says nothing: no acknowledgement either, so each entry is given up quickly."""
    frozen = province.processes["entrance-web"]
    frozen.send_signal(signal.SIGSTOP)
    try:
        answer = province.verify("w1", key(), at="entrance-bank")
        assert answer["outcome"] == "unavailable"
        assert {result for _, result in hops_of(answer)} <= {"timeout", "open"}
        assert province.verify("l1", key(), at="entrance-bank")["outcome"] == "match_photo"
    finally:
        frozen.send_signal(signal.SIGCONT)


@BOTH
def test_the_police_source_gone_nothing_is_a_result(province, key, at):
    province.kill("police")
    for outlet in ("n1", "l1", "w1"):
        answer = province.verify(outlet, key(), at=at)
        assert (answer["http"], answer["outcome"]) == (200, "unavailable")


@pytest.mark.parametrize("fault", ["garbage", "bitflip", "truncate", "half-open", "down"])
@pytest.mark.parametrize("component", ["police", "relay", "channel/production"])
def test_trouble_above_is_unavailable_or_goes_another_way(province, key, component, fault):
    province.breaks(component, fault)
    answer = province.verify("l1", key())
    assert answer["outcome"] == ("match_photo" if component == "channel/production" else "unavailable")


def test_each_mode_tried_is_a_row_for_detection_and_none_names_a_citizen(province, key):
    province.breaks("bank/loc/core")
    citizen = province.good()
    before = len(province.rows("entrance-bank"))
    province.verify("l1", key(), citizen)
    rows = province.rows("entrance-bank")[before:]
    assert [(row["mode"], row["outcome"], row.get("broke_at", "")) for row in rows] == [
        ("interface", "unavailable", "bank/loc/core"),
        ("non_interface", "match_photo", ""),
    ]
    assert citizen.number not in str(rows)
    assert citizen.name not in str(rows)
    assert all("photo" not in row for row in rows)


def test_what_the_other_entrance_did_is_journalled_once(province, key):
    before = {name: len(province.rows(name)) for name in ("entrance-bank", "entrance-web")}
    province.verify("w1", key(), at="entrance-bank")
    after = {name: len(province.rows(name)) for name in ("entrance-bank", "entrance-web")}
    assert {name: after[name] - before[name] for name in after} == {"entrance-bank": 1, "entrance-web": 0}
