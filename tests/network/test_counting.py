"""What is counted step by step is what one counts from nothing, whoever stands apart while shared parts come and go."""

from random import Random

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.incident.grade import Grader
from hecha.network.availability import Availability

T = 10_000
STEPS = 80
SHARED = ("relay", "police", "front/a", "front/b", "city/3303/line", "county/330302/line", "city/3311/line")


def counted(here: Availability) -> list[object]:
    return [here.counters.counts, here.counters.full, here.counters.touched, here.word]


@pytest.mark.parametrize("latch_minutes", [None, 30])
@pytest.mark.parametrize("seed", range(3))
def test_counts_kept_step_by_step_are_those_counted_from_nothing(seed: int, latch_minutes: int | None) -> None:
    random, network = Random(seed), load_network("zhejiang")
    here = Availability(network, T, latch_minutes)
    Grader(load_plan("zhejiang"), here)
    outlets = random.sample(sorted(network.outlets), 25)
    own = [f"outlet/{outlet}/{part}" for outlet in outlets for part in ("line", "terminal")]
    cores = [f"bank/{bank}/core" for bank in random.sample(sorted(network.banks), 30)]
    parts = [*own, *SHARED, *(core for core in cores if here.components.place(core))]
    for _ in range(STEPS):
        part = random.choice(parts)
        if part in here.faults and random.random() < 0.6:
            here.restore(part)
        else:
            since = here.now - random.choice([-20, 0, 100, 470, 2_875])
            here.fail(part, since, random.choice([None, here.now + random.randint(1, 3_000)]))
        here.advance(here.now + random.choice([0, 0, 5, 40, 500]))
        twin = here.fork()
        twin.ask([])  # counts everything anew
        assert counted(twin) == counted(here)
    assert here.apart
    for part in list(here.faults):
        here.restore(part)
    here.advance(here.now + 10_000)
    assert not here.apart
    assert counted(here) == counted(_undisturbed(here))


def _undisturbed(here: Availability) -> Availability:
    fresh = Availability(here.network, here.now)
    Grader(load_plan("zhejiang"), fresh)
    return fresh
