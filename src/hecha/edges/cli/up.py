"""`hecha up`: the sandbox province on one machine, every part a real process."""

import json
import signal
import socket
import threading
import urllib.request
from pathlib import Path
from time import monotonic
from typing import Annotated
from urllib.error import URLError

import typer
from rich.console import Console
from rich.table import Table

from hecha.edges.hops.topology import HOST, PORTS
from hecha.edges.sandbox.supervisor import Supervisor
from hecha.edges.settings import Settings, settings
from hecha.kernel.errors import BadInput

ROLES = ("police", "relay", "front-a", "front-b", "entrance-web", "entrance-bank", "console", "clerks")
READY_WITHIN_S = 60
ACCOUNTS = "sandbox-accounts.json"


def up(
    quiet: Annotated[bool, typer.Option(help="不设沙箱柜员 without the sandbox's clerks")] = False,
    for_seconds: Annotated[int, typer.Option(help="运行这么多秒后停止 stop by itself; 0 = until Ctrl-C")] = 0,
) -> None:
    """Start the sandbox province with its console (启动沙箱省)."""
    chosen = settings()
    _free(chosen)
    chosen.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    roles = [role for role in ROLES if not (quiet and role == "clerks")]
    environment = {"HECHA_HOME": str(chosen.home), "HECHA_SANDBOX": "1"}
    supervisor = Supervisor(chosen.home, {role: ["run", role] for role in roles}, environment)
    stop = _stop_on_signals(for_seconds)
    supervisor.start()
    try:
        keeper = threading.Thread(target=supervisor.watch, args=(stop,), name="supervisor")
        keeper.start()
        _announce(chosen, stop)
        keeper.join()
    finally:
        stop.set()
        supervisor.stop()


def _stop_on_signals(for_seconds: int) -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if for_seconds > 0:
        timer = threading.Timer(for_seconds, stop.set)
        timer.daemon = True
        timer.start()
    return stop


def _free(chosen: Settings) -> None:
    """Refuse early when a port is taken, rather than restart for ever or meet another province's hops."""
    addresses = [(chosen.host, chosen.base_port), *((HOST, chosen.base_port + step) for step in PORTS.values())]
    for host, port in addresses:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                way_out = "另一套已在运行？或设 HECHA_PORT=9800 (another one is running? or set HECHA_PORT)"
                raise BadInput(f"{host}:{port}", "端口已被占用 the port is taken", way_out) from None


def _announce(chosen: Settings, stop: threading.Event) -> None:
    console, address = Console(), f"http://{chosen.host}:{chosen.base_port}/"
    console.print("正在启动沙箱省… starting the sandbox province…")
    started = monotonic()
    while not stop.is_set() and not _ready(address):
        if monotonic() - started > READY_WITHIN_S:
            console.print(f"[red]控制台未就绪，请看 {chosen.home}/log/console.log (the console is not ready)[/red]")
            return
        stop.wait(0.3)
    if not stop.is_set():
        console.print(f"\n[bold]核查控制台 console[/bold]  {address}\n")
        console.print(_sign_ins(chosen.home / ACCOUNTS))
        console.print("按 Ctrl-C 停止 stop with Ctrl-C；制造故障 break something: hecha fault front/a --down")


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=2) as answer:  # noqa: S310  # ok: loopback, time-out given
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _sign_ins(path: Path) -> Table:
    table = Table(title="沙箱账号 sandbox sign-ins", title_justify="left")
    for heading in ("账号 sign-in", "口令 password", "角色 role", "单位 unit"):
        table.add_column(heading)
    accounts = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    for account in accounts:
        table.add_row(account["login"], account["password"], account["role"], account["unit"])
    return table
