"""The sandbox's clerks: they verify some 20 times a second, so that the picture has something to see.

They walk through outlets and citizens in a fixed stride that visits all before it repeats. One in two hundred
types a wrong name, one in five hundred a number that nobody has.
"""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_hex

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.topology import HopConfig, sandbox_topology
from hecha.edges.sandbox.population import Population
from hecha.edges.settings import Settings
from hecha.kernel.errors import HechaError
from hecha.kernel.ids import OutletId
from hecha.network.model import Network

PER_SECOND = 20
AT_ONCE = 40  # a slow chain must not pile up clerks without end
OUTLET_STRIDE = 7_919  # primes, so that every outlet and citizen has its turn
CITIZEN_STRIDE = 104_729
WRONG_NAME_EVERY = 200
NOBODY_EVERY = 500


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer at a counter."""

    outlet: OutletId
    name: str
    number: str
    card_authority: str


def visits(network: Network, population: Population, start: int) -> Iterator[Visit]:
    """Customers without end, beginning at turn `start`."""
    outlets, turn = list(network.outlets), start
    while True:  # ok: an iterator; its reader stops it
        citizen = population.citizen(turn * CITIZEN_STRIDE % population.size)
        name = "误输" if turn % WRONG_NAME_EVERY == 0 else citizen.name
        number = population.nobody(turn) if turn % NOBODY_EVERY == 1 else citizen.number
        yield Visit(outlets[turn * OUTLET_STRIDE % len(outlets)], name, number, citizen.card_authority)
        turn += 1


def work(chosen: Settings) -> None:
    """Verify until SIGTERM."""
    network = load_network(chosen.network)
    hops = sandbox_topology(chosen.home, chosen.base_port, network)
    asyncio.run(_work(network, hops["entrance-web"], hops["entrance-bank"]))


async def _work(network: Network, web: HopConfig, bank: HopConfig) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    token = web.tokens["console"]
    async with EntranceClient(_url(bank), token, standby=_url(web)) as entrance:
        await serve(entrance, visits(network, Population(network), 0), stop)


async def serve(entrance: EntranceClient, customers: Iterator[Visit], stop: asyncio.Event) -> None:
    """One customer every 1/20 s; when 40 wait for the chain, the next ones wait outside."""
    counters = asyncio.Semaphore(AT_ONCE)
    busy: set[asyncio.Task[None]] = set()
    shift = token_hex(6)  # keys of an earlier shift must not be taken for these
    for turn, visit in enumerate(customers):
        await counters.acquire()
        task = asyncio.create_task(_verify(entrance, visit, f"{shift}-{turn}", counters))
        busy.add(task)
        task.add_done_callback(busy.discard)
        if await _stopped(stop, 1 / PER_SECOND):
            break
    await asyncio.gather(*busy)


async def _verify(entrance: EntranceClient, visit: Visit, key: str, counters: asyncio.Semaphore) -> None:
    try:
        await entrance.verify(
            name=visit.name, number=visit.number, outlet=visit.outlet, card_authority=visit.card_authority, key=key
        )
    except HechaError:
        return  # a refused customer is not this clerk's to mend; the journal has it
    finally:
        counters.release()


async def _stopped(stop: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), within_s)
    except TimeoutError:
        return False
    return True


def _url(hop: HopConfig) -> str:
    return f"http://{next(iter(hop.listeners.values()))}"
