"""`hecha run ROLE`: one process of the system, where it belongs."""

from pathlib import Path
from typing import Annotated

import typer

from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput

ROLES = ("police", "relay", "front-a", "front-b", "entrance-web", "entrance-bank", "console", "clerks")


def run_role(
    role: Annotated[str, typer.Argument(help=" | ".join(ROLES))],
    config: Annotated[Path | None, typer.Option(help="TOML settings of a hop; without it, the sandbox's")] = None,
) -> None:
    """Run one process until SIGTERM (运行一个进程)."""
    if role not in ROLES:
        raise BadInput(role, "没有这个角色 no such role", "、".join(ROLES))
    if role == "console":
        _console()
    elif role == "clerks":
        _clerks()
    else:
        _hop(role, config)


def _hop(role: str, config: Path | None) -> None:
    from hecha.edges.files.network_folder import load_network
    from hecha.edges.hops.process import run
    from hecha.edges.hops.topology import load_config, sandbox_topology

    if config is not None:
        run(load_config(config))
        return
    chosen = settings()
    run(sandbox_topology(chosen.home, chosen.base_port, load_network(chosen.network))[role])


def _console() -> None:
    from hecha.edges.assemble import serve_console

    serve_console(settings())


def _clerks() -> None:
    from hecha.edges.sandbox.clerks import work

    work(settings())
