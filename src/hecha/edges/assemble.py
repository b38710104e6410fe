"""The composition root: builds the console from its parts and serves it.

    console(settings, clock) -> Starlette     what tests drive in process
    serve_console(settings)                   what `hecha run console` does

The console owns `hecha.db`; two loops run beside its pages: the watch (detection) and the workers (back-verification
and batches). `/healthz` says that the process lives, `/readyz` that it can do its job.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from hecha.edges.api.app import api
from hecha.edges.api.desk import Desk
from hecha.edges.api.rooms import rooms
from hecha.edges.api.signing_in import load_tokens
from hecha.edges.bounded_http import Bounds, bounded
from hecha.edges.clock import Clock, system_clock
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.official import official_text
from hecha.edges.files.plan_folder import active_plan, load_plan
from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.topology import HopConfig, sandbox_topology
from hecha.edges.integrations.app import integrations
from hecha.edges.jobs.runner import Runner
from hecha.edges.notify import outbox
from hecha.edges.notify.carrier import Carrier
from hecha.edges.notify.contacts import OrganizationContacts
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.notify.settings import FILE as NOTIFY_FILE
from hecha.edges.notify.settings import load_notify_settings
from hecha.edges.organization.roster import Roster
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.following import Following
from hecha.edges.procedure.loop import ProcedureLoop
from hecha.edges.procedure.orders_in_force import OrdersInForce
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.procedure.receipts import receipts
from hecha.edges.response.switchboard import Switchboard
from hecha.edges.sandbox.accounts import sandbox_accounts
from hecha.edges.sandbox.integrations import sandbox_integrations
from hecha.edges.sandbox.staff import Staffing, move_in
from hecha.edges.settings import Settings
from hecha.edges.store.accounts import Accounts
from hecha.edges.store.keys import load_keys
from hecha.edges.store.store import Store
from hecha.edges.watch.loop import WatchLoop
from hecha.edges.web.app import routes
from hecha.edges.web.site import Site
from hecha.edges.web.visit import SESSION_COOKIE
from hecha.flow.recover import terms_of
from hecha.network.branches import Branches
from hecha.organization.units import Units
from hecha.plan.model import Plan

STOP_GRACE_S = 3
BOUNDS = Bounds(header_bytes=32_768, head_s=10, body_s=120, silent_s=75)
"""For browsers: a list of 10,000 persons goes up in two minutes even over a slow line."""
ENTRANCE, STANDBY, WORKERS = "entrance-bank", "entrance-web", "workers"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What stories and drills bring themselves: entrances instead of those of the sandbox chain, and plans."""

    entrances: Mapping[str, EntranceClient] | None = None
    plans: tuple[Plan, ...] = ()


@dataclass(slots=True)
class House:
    """The console's parts, as tests and pages reach them (`app.state.house`)."""

    settings: Settings
    site: Site
    desk: Desk
    runner: Runner
    carrier: Carrier
    procedure_loop: ProcedureLoop
    entrances: Mapping[str, EntranceClient]
    tokens: Mapping[str, str]  # of the banks, by unit, as the entrances know them
    spool: Store | None = None  # on PostgreSQL: takes registrations while it is away
    fallen: list[str] = field(default_factory=list)  # loops that have ended by an error

    @property
    def trouble(self) -> str:
        """ "" when all work, else what does not (for /readyz)."""
        parts = [self.site.store.trouble, self.site.loop.trouble, self.procedure_loop.trouble, *self.fallen]
        return "；".join(filter(None, parts))


def console(settings: Settings, clock: Clock = system_clock, given: Given | None = None) -> Starlette:
    """Everything but the listening socket."""
    house = build(settings, clock, given or Given())
    tokens = load_tokens(settings.home / "keys" / "api-tokens.json").also(house.tokens)
    accounts = house.site.accounts
    machine = api(
        house.desk,
        lambda: house.site.loop.picture,
        notices=house.site.notices,
        tokens=tokens,
        sessions=lambda request: accounts.session(request.cookies.get(SESSION_COOKIE, "")),
        rooms=rooms(house.site),
    )
    procedure = house.site.procedure
    monitors = integrations(settings.home, procedure, Alerts(procedure.registry, procedure.ground))
    app = Starlette(
        routes=[*_health(house), Mount("/api", app=machine), Mount("/integrations", app=monitors), *routes(house.site)],
        lifespan=lambda _: _life(house),
    )
    app.state.house = house
    return app


def build(settings: Settings, clock: Clock, given: Given) -> House:
    """Open the store and join the parts; nothing runs yet."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    plans = given.plans or (active_plan(), *(load_plan(name) for name in settings.also_plans))
    network = load_network(settings.network).without(plans[0].left_out_cities)
    database = make_url(settings.database)
    embedded = database.get_backend_name() == "sqlite"
    keys = load_keys(settings.home / "keys", sealed=embedded and _holds_something(Path(database.database or "")))
    store = Store(settings.database, keys)
    spool = None if embedded else Store(f"sqlite:///{settings.home / 'spool.db'}", keys)
    chain = sandbox_topology(settings.home, settings.base_port, network)
    entrances = dict(given.entrances or _entrances(chain))
    loop = WatchLoop(network, plans, store, entrances=entrances, clock=clock)
    desk = Desk(store, network, entrances[ENTRANCE], lambda: loop.picture, clock, spool, terms_of(plans[0]))
    roster = Roster(store, Units(network), plans[0].organization, clock)
    ground = Ground(network, Branches(network), tuple(plans), roster)
    sandbox = os.environ.get("HECHA_SANDBOX") == "1"
    orders = OrdersInForce(store, loop.follow_orders)
    procedure = Procedure(store, ground, outbox.put, clock, partial(_changed, loop, orders), hear=outbox.hear)
    orders.follow()
    notices = NoticeDesk(
        store=store,
        units=Units(network),
        contacts=OrganizationContacts(roster.now),
        clock=clock,
        links=Links(keys),
        settings=load_notify_settings(settings.home / NOTIFY_FILE),
        follow=receipts(procedure.registry),
        on_change=partial(loop.topics.bump, "inbox"),
    )
    site = Site(
        network=network,
        plans=plans,
        store=store,
        loop=loop,
        desk=desk,
        clock=clock,
        accounts=Accounts(store, clock),
        procedure=procedure,
        roster=roster,
        notices=notices,
        switchboard=Switchboard(chain, entrances, clock, settings.home if sandbox else None),
        sandbox=sandbox,
        official=lambda: official_text(plans[0].id),
    )
    # Connections of their own: a person never waits behind the workers.
    workers = (given.entrances or _entrances(chain))[ENTRANCE]
    office = replace(desk.office, verifier=workers)
    carrier = Carrier(notices, f"http://{settings.host}:{settings.base_port}")
    runner = Runner(office, sole_owner=embedded, on_change=lambda: loop.topics.bump("counter"), also=(carrier.once,))
    following = Following(procedure, Alerts(procedure.registry, ground), loop)
    procedure_loop = ProcedureLoop(procedure, lambda: loop.picture, following)
    return House(
        settings,
        site,
        desk,
        runner,
        carrier,
        procedure_loop,
        entrances | {WORKERS: workers},
        _bank_tokens(chain),
        spool,
    )


def _holds_something(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def serve_console(settings: Settings) -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvicorn.run(console(settings), **served(settings))


def served(settings: Settings, bounds: Bounds = BOUNDS) -> dict[str, Any]:
    """How uvicorn is to serve the console."""
    return {
        "host": settings.host,
        "port": settings.base_port,
        "http": bounded(bounds),
        "ws": "none",
        "log_level": "warning",
        "access_log": False,
        "timeout_graceful_shutdown": STOP_GRACE_S,
        "server_header": False,
    }


def _changed(loop: WatchLoop, orders: OrdersInForce) -> None:
    """The procedure has moved on: pages hear of it, and the counters follow the orders in force."""
    orders.follow()
    loop.topics.bump("incident", "duties")


def _bank_tokens(hops: Mapping[str, HopConfig]) -> dict[str, str]:
    """What entrances present when they hand on a bank's registration."""
    return {f"bank/{who}": token for who, token in hops[ENTRANCE].tokens.items() if who != "console"}


def _entrances(hops: Mapping[str, HopConfig]) -> dict[str, EntranceClient]:
    """Either entrance serves both modes; each stands by for the other."""
    urls = {name: f"http://{next(iter(hops[name].listeners.values()))}" for name in (ENTRANCE, STANDBY)}
    token = hops[ENTRANCE].tokens["console"]
    ways = ((ENTRANCE, STANDBY), (STANDBY, ENTRANCE))
    return {name: EntranceClient(urls[name], token, standby=urls[other]) for name, other in ways}


@asynccontextmanager
async def _life(house: House) -> AsyncIterator[None]:
    """Accounts, then the loops; on the way out everything is finished in the opposite order."""
    site, stop = house.site, asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.callback(site.store.close)
        stack.callback(house.carrier.close)
        if house.spool is not None:
            stack.callback(house.spool.close)
        for entrance in house.entrances.values():
            stack.push_async_callback(entrance.close)
        if site.sandbox:
            await _move_in(site, house.settings.home)
            sandbox_integrations(site.network, house.settings.home)
        runs = {"监测 watch": site.loop.run, "后台工作 workers": house.runner.run}
        runs["应急处置 procedure"] = house.procedure_loop.run
        loops = [asyncio.create_task(_guarded(house, name, run(stop))) for name, run in runs.items()]
        yield
        stop.set()
        await asyncio.gather(*loops)


async def _move_in(site: Site, home: Path) -> None:
    """The sandbox's accounts and staff, where there are none yet."""
    if not site.organization.people:
        staff = await asyncio.to_thread(Staffing(site.network, site.units, site.plan.organization).everybody)
        await site.store.write(lambda tx: move_in(tx, staff, site.clock()))
    await site.accounts.create(sandbox_accounts(site.network, home), sandbox=True)


async def _guarded(house: House, name: str, running: Coroutine[None, None, None]) -> None:
    """A loop that falls is told loudly; the pages go on, and /readyz says no."""
    try:
        await running
    except Exception:  # ok: logged, and told by /readyz
        _log.exception("a loop of the console has fallen")
        house.fallen.append(f"{name} 已停 has fallen")


def _health(house: House) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        trouble = house.trouble
        state = {"ready": not trouble, "trouble": trouble, "notes": house.site.store.notes}
        return JSONResponse(state, 503 if trouble else 200)

    async def metrics(_: Request) -> Response:
        return PlainTextResponse(_exposition(_figures(house)), media_type="text/plain; version=0.0.4")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _figures(house: House) -> Mapping[str, float]:
    """Plain figures, nothing about a person or a bank."""
    picture = house.site.loop.picture
    return {
        "hecha_picture_serial": picture.serial,
        "hecha_outlets_not_up": len(picture.outlets_not_up),
        "hecha_watched_faults": len(picture.faults),
        "hecha_ready": float(not house.trouble),
    }


def _exposition(figures: Mapping[str, float]) -> str:
    return "".join(f"# TYPE {name} gauge\n{name} {value:g}\n" for name, value in figures.items())
