"""`hecha fault`: break and mend any component of the running sandbox (sandbox and drills only)."""

import asyncio
import json
from typing import Annotated

import typer

from hecha.edges.hops.faults import order
from hecha.edges.sandbox import supervisor
from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput, Unavailable

PROCESSES = {"front/a": "front-a", "front/b": "front-b", "relay": "relay", "police": "police"}
"""Components that are whole processes: down is kill -9, freeze is SIGSTOP."""


def fault(
    component: Annotated[str, typer.Argument(help="e.g. front/a, channel/production, city/3303/line, bank/icbc/core")],
    down: Annotated[bool, typer.Option("--down", help="断开 cut it (a process is killed and kept down)")] = False,
    up: Annotated[bool, typer.Option("--up", help="恢复 mend it, whatever was wrong")] = False,
    freeze: Annotated[bool, typer.Option("--freeze", help="冻结 stop the process without closing it")] = False,
    slow: Annotated[int | None, typer.Option("--slow", help="变慢 answer after MS milliseconds")] = None,
    garbage: Annotated[bool, typer.Option("--garbage", help="乱码 answer an HTML page with status 200")] = False,
    half_open: Annotated[bool, typer.Option("--half-open", help="半开 accept and never answer")] = False,
    bitflip: Annotated[bool, typer.Option("--bitflip", help="位翻转 flip one bit of each answer")] = False,
    truncate: Annotated[bool, typer.Option("--truncate", help="截断 cut each answer short")] = False,
    data: Annotated[str | None, typer.Option("--data", help="数据误差 CITY=0.43 or CITY=missing (police)")] = None,
    photo: Annotated[str | None, typer.Option("--photo", help="照片 CITY=shifted, or down (police)")] = None,
    answer: Annotated[str | None, typer.Option("--answer", help="怪答 OTHER_ERROR, CITY=… (police)")] = None,
    issuing: Annotated[str | None, typer.Option("--issuing", help="签发机关 withheld (police)")] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="text | json")] = "text",
) -> None:
    """Break or mend a component while it runs (制造或排除故障，仅限沙箱和演练)."""
    chosen = {
        "down": down, "up": up, "freeze": freeze, "slow": slow is not None, "garbage": garbage,
        "half-open": half_open, "bitflip": bitflip, "truncate": truncate, "data": data is not None,
        "photo": photo is not None, "answer": answer is not None, "issuing": issuing is not None,
    }  # fmt: skip
    kinds = [kind for kind, given in chosen.items() if given]
    if len(kinds) != 1:
        raise BadInput("hecha fault", "请给出且只给出一种故障 give exactly one of --" + ", --".join(chosen))
    value = str(slow) if slow is not None else data or photo or answer or issuing or ""
    state = apply(component, kinds[0], value)
    typer.echo(json.dumps(state, ensure_ascii=False) if output == "json" else f"{component}: {state['state']}")


def apply(component: str, kind: str, value: str = "") -> dict[str, str]:
    """Do it. Raises BadInput for an unknown component, Unavailable when its process does not answer."""
    home, process = settings().home, PROCESSES.get(component)
    if kind == "freeze" and process is None:
        raise BadInput(component, "只有进程可以冻结 only a process can be frozen", "、".join(PROCESSES))
    if process and kind == "down":
        supervisor.kill_and_hold(home, process)
    elif process and kind == "freeze":
        supervisor.freeze(home, process)
    else:
        if process and kind == "up":
            supervisor.release(home, process)
        _tell(component, kind, value, forgiving=process is not None and kind == "up")
    return {"component": component, "state": "up" if kind == "up" else f"{kind} {value}".strip()}


def _tell(component: str, kind: str, value: str, forgiving: bool) -> None:
    """A process that is just being started again has no fault to lift, so its silence is no error."""
    try:
        asyncio.run(order(settings().home, component, kind, value))
    except Unavailable:
        if not forgiving:
            raise
