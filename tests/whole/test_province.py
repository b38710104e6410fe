"""One outage on the running product: real processes, real faults, told in the order in which it happens."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.edges.sandbox.population import Citizen, Population
from hecha.edges.sandbox.supervisor import pid_file
from tests.whole.province import Person, Province

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("province"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    town = Province(tmp_path_factory.mktemp("province"))
    yield town
    town.close()


@pytest.fixture(scope="module")
def clerk(province: Province) -> Person:
    return province.sign_in("clerk")


@pytest.fixture(scope="module")
def people() -> Iterator[Citizen]:
    """Citizens with a photo and a valid card, each met once."""
    crowd = Population(load_network("zhejiang")).sample(4_000, seed=7)
    return (one for one in crowd if one.has_photo and not (one.card_lost or one.card_invalid))


def business(citizen: Citizen, voucher: str) -> dict[str, Any]:
    """What a clerk registers when nothing else is left."""
    return {
        "subject": {"name": citizen.name, "number": citizen.number},
        "business": {"type": "01", "reference": voucher},
        "contact": {"telephone": "000-0000"},
        "evidence": "household_register",
        "voucher": {"number": voucher, "copies": "网点档案柜"},
    }


def test_a_citizen_is_verified_with_a_photo(clerk: Person, people: Iterator[Citizen]) -> None:
    answer = clerk.verify(next(people), "whole-1")
    assert answer["outcome"] == "match_photo"
    assert answer["photo"]
    assert {"relay", "police"} <= {step["hop"] for step in answer["path"]}


def test_a_wrong_name_is_a_mismatch_and_never_a_match(clerk: Person, people: Iterator[Citizen]) -> None:
    citizen = next(people)
    body = {"subject": {"name": "误输", "number": citizen.number}, "business": {"type": "01", "reference": "x"}}
    assert clerk.post("/api/v1/verifications", body, "whole-2").json()["outcome"] == "name_mismatch"


def test_killing_a_front_server_fails_no_request(province: Province, clerk: Person, people: Iterator[Citizen]) -> None:
    """5.2.2(1): the standby takes over by itself."""
    crowd = [next(people) for _ in range(120)]
    with ThreadPoolExecutor(4) as counters:
        answers = [counters.submit(clerk.verify, one, f"front-{nth}") for nth, one in enumerate(crowd)]
        province.fault("front/a", "--down")
        outcomes = {answer.result()["outcome"] for answer in answers}
    assert outcomes == {"match_photo"}
    province.fault("front/a", "--up")


def test_cutting_the_production_channel_fails_no_request(
    province: Province, clerk: Person, people: Iterator[Citizen]
) -> None:
    """5.2.2(3): the backup channel takes over and no bank changes anything."""
    province.fault("channel/production", "--down")
    answers = [clerk.verify(next(people), f"channel-{nth}") for nth in range(20)]
    province.fault("channel/production", "--up")
    assert {answer["outcome"] for answer in answers} == {"match_photo"}


def test_an_outage_from_the_first_card_to_the_slip(
    province: Province, clerk: Person, people: Iterator[Citizen]
) -> None:
    """Both fronts are lost: a card, a registration, the board, recovery, verification by itself, the slip."""
    citizen, watcher = next(people), province.sign_in("province")
    province.wait(lambda: _state(watcher, "front/a") == "up", 60)
    province.fault("front/a", "--down")
    province.fault("front/b", "--down")

    answer = clerk.verify(citizen, "outage-1")
    assert answer["outcome"] == "unavailable"
    assert [step["clause"] for step in answer["card"]["steps"]] == ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]

    entry = clerk.post("/api/v1/registrations", business(citizen, "V-1"), "outage-2").json()
    assert entry["durable"] == "local"

    province.wait(lambda: _state(watcher, "front/a") == "down" and _state(watcher, "front/b") == "down", 30)
    faults = watcher.situation()["faults"]
    assert any("front/a" in fault["components"] for fault in faults)

    province.fault("front/a", "--up")
    province.fault("front/b", "--up")
    province.wait(lambda: _entry(clerk, entry["id"])["state"] == "same", 90)
    slip = clerk.http.get(f"/api/v1/registrations/{entry['id']}/slip").json()
    assert citizen.number not in json.dumps(slip)


def test_a_killed_console_keeps_the_clock_of_an_outage(province: Province) -> None:
    """kill -9 in mid-outage: the new console goes on from the same begin, and nobody is signed out."""
    watcher = province.sign_in("province")
    province.fault("channel/production", "--down")
    province.fault("channel/backup", "--down")
    province.wait(lambda: _state(watcher, "channel/backup") == "down", 60)
    before = _fault_of(watcher, "channel/backup")["since"]
    pid = pid_file(province.home, "console").read_text()
    os.kill(int(pid), signal.SIGKILL)
    province.wait(lambda: _is_another(province, pid) and province.is_up(), 60)
    assert _fault_of(watcher, "channel/backup")["since"] == before
    province.fault("channel/production", "--up")
    province.fault("channel/backup", "--up")


def test_the_other_bank_sees_nothing_of_it(province: Province, clerk: Person) -> None:
    other = province.sign_in("clerk2")
    mine = clerk.http.get("/api/v1/registrations").json()["items"]
    assert mine
    assert other.http.get(f"/api/v1/registrations/{mine[0]['id']}").status_code == 404
    assert not other.http.get("/api/v1/registrations").json()["items"]


def test_the_ledger_verifies_and_tells_the_story(province: Province) -> None:
    verified = province.hecha("ledger", "verify", "-o", "json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "register" in province.hecha("ledger", "story").stdout


def test_no_citizen_stands_in_any_log(province: Province) -> None:
    crowd = Population(load_network("zhejiang")).sample(200, seed=7)
    logs = "".join(path.read_text() for path in Path(province.home / "log").glob("*.log"))
    assert not [citizen for citizen in crowd if citizen.number in logs]


def _is_another(province: Province, pid: str) -> bool:
    file = pid_file(province.home, "console")
    return file.exists() and file.read_text() not in ("", pid)


def _fault_of(watcher: Person, component: str) -> dict[str, Any]:
    faults = watcher.situation()["faults"]
    return next(fault for fault in faults if component in fault["components"])


def _state(watcher: Person, component: str) -> str:
    return str(watcher.situation()["components"][component]["state"])


def _entry(clerk: Person, id: str) -> dict[str, Any]:
    found: dict[str, Any] = clerk.http.get(f"/api/v1/registrations/{id}").json()
    return found
