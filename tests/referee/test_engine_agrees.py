"""The engine and the referee agree, step by step, on random networks and troubles in both readings.

Eight shards, so that two workers share them; 26,000 compared states in all, among them open, passed and revised
estimates, rolling outages with latches, short returns, data errors, flags, empty provinces and single outlets.
"""

from pathlib import Path
from random import Random

import pytest

from hecha.edges.files.network_folder import default_paths
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.scenario_network import inline_network
from hecha.incident.extent import affected
from hecha.incident.grade import Grader
from hecha.incident.horizon import horizon
from hecha.network.availability import Availability
from tests.referee import regulation, weather
from tests.referee.regulation import Province

SHARDS = 8
NETWORKS = 130  # a shard
STEPS = 25
PLAN = load_plan("zhejiang")
PATHS = default_paths()


def engine(p: Province) -> Grader:
    given = {
        "cities": p.cities,
        "banks": {name: {"interface": access} for name, access in p.banks.items()},
        "outlets": [{"id": name, "bank": bank, "county": county} for name, (bank, county) in p.outlets.items()],
    }
    latch = regulation.RESTORED_AFTER if p.latched else None
    return Grader(PLAN, Availability(inline_network(given, PATHS), p.now, latch))


def happen(here: Availability, what: tuple) -> None:
    match what:
        case ("data_error", cities, since, end, accuracy, disturbs):
            for city in cities:
                here.data_error(city, since, end, accuracy, accuracy is None, disturbs)
        case (verb, *arguments):
            getattr(here, verb)(*arguments)


def agree(p: Province, grader: Grader, story: list) -> None:
    for reading in ("literal", "confirmed"):
        said = grader.judge(reading)
        because, level, clauses, decisive = regulation.judge(p, reading)
        told = (list(said.because), said.level, list(said.clauses), list(said.decisive))
        assert told == (because, level, clauses, decisive), (reading, p.cities, p.banks, p.outlets, story)
    assert affected(grader) == regulation.affected(p), (p.cities, p.banks, p.outlets, story)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_step_gives_the_same_grade(shard: int) -> None:
    random = Random(shard)
    compared = 0
    for number in range(NETWORKS):
        p = weather.province(random, latched=number % 2 == 0)
        grader, story = engine(p), []
        for _ in range(STEPS):
            what = weather.step(random, p)
            story.append(what)
            weather.apply(p, what)
            happen(grader.availability, what)
            agree(p, grader, story)
            compared += 1
    assert compared == NETWORKS * STEPS


@pytest.mark.parametrize("shard", range(4))
def test_the_horizon_is_what_waiting_would_show(shard: int) -> None:
    random = Random(1000 + shard)
    for _ in range(60):
        p = weather.province(random, latched=False)
        grader, story = engine(p), []
        for _ in range(random.randint(1, 10)):
            what = weather.step(random, p)
            story.append(what)
            weather.apply(p, what)
            happen(grader.availability, what)
        for reading in ("literal", "confirmed"):
            turns = [
                (one.at, one.judgement.level, list(one.judgement.clauses)) for one in horizon(grader, 72 * 60, reading)
            ]
            assert turns == regulation.horizon(p, 72, reading), (reading, p.cities, p.banks, p.outlets, story)


def test_the_referee_misses_no_minute() -> None:
    """Its horizon looks only at marked minutes: looking at every minute shows the same."""
    random = Random(7)
    for _ in range(4):
        p = weather.province(random, latched=False)
        for _ in range(6):
            weather.apply(p, weather.step(random, p))
        assert regulation.horizon(p, 72) == regulation.horizon(p, 72, every_minute=True)


def test_the_referee_imports_nothing_of_the_product() -> None:
    for module in (regulation, weather):
        assert "hecha" not in Path(module.__file__).read_text(encoding="utf-8")
