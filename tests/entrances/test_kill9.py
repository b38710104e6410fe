"""kill -9 of the entrance at any moment: what was answered stays answered, what was not may be sent again."""

import json
import os
import threading
from collections import Counter
from http.client import HTTPException
from time import sleep

import pytest

from tests.entrances.province import Province

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("entrances")]
KILLS = int(os.environ.get("HECHA_KILLS", "20"))
CLERKS = 4


class Clerk(threading.Thread):
    """Sends one business after another; without an answer the same again, until there is one."""

    def __init__(self, province: Province, number: int, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.province, self.number, self.enough = province, number, enough
        self.answers: dict[str, dict[str, object]] = {}
        self.resent = 0

    def run(self) -> None:
        citizens = [self.province.population.citizen(self.number * 1000 + n) for n in range(500)]
        for turn in range(100_000):
            if self.enough.is_set():
                return
            self._until_answered(f"kill-{self.number}-{turn}", citizens[turn % len(citizens)])

    def _until_answered(self, key, citizen):
        while not self.enough.is_set():
            try:
                answer = self.province.verify("l1", key, citizen)
            except (OSError, HTTPException, json.JSONDecodeError):  # cut before, in or after the head of the answer
                answer = {}
            if answer.get("outcome") not in (None, "unavailable"):
                self.answers[key] = answer
                return
            self.resent += 1
            sleep(0.02)


@pytest.mark.timeout(120 + 12 * KILLS)
def test_nothing_answered_is_lost_and_nothing_is_verified_twice_in_effect(province):
    enough = threading.Event()
    clerks = [Clerk(province, number, enough) for number in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    for kill in range(KILLS):
        sleep(0.05 + kill % 7 * 0.03)
        province.restart("entrance-bank")
    sleep(0.3)
    enough.set()
    for clerk in clerks:
        clerk.join(20)
    answered = {key: answer for clerk in clerks for key, answer in clerk.answers.items()}
    assert len(answered) > KILLS
    assert sum(clerk.resent for clerk in clerks) > 0, "the kills hit nobody: the test proves nothing"
    assert len({answer["id"] for answer in answered.values()}) == len(answered)
    _same_answers_again(province, clerks)
    _each_journalled_once(province, answered)


def _same_answers_again(province, clerks):
    """After all kills, every key that was answered replays what was answered; the journal is the memory."""
    province.restart("entrance-bank")
    for clerk in clerks:
        for key, answer in list(clerk.answers.items())[-40:]:
            turn = int(key.rsplit("-", 1)[1])
            again = province.verify("l1", key, province.population.citizen(clerk.number * 1000 + turn % 500))
            assert again == answer


def _each_journalled_once(province, answered):
    """The readable rows: no answered business without its row, and the chain of blocks holds."""
    rows = province.rows("entrance-bank")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    outcomes = Counter(row["outcome"] for row in rows if row["outlet"] == "l1")
    for outcome, count in Counter(answer["outcome"] for answer in answered.values()).items():
        assert outcomes[outcome] >= count
