"""`hecha integration NAME`: a token for a monitor or a feed. It is shown once and counts at once."""

import json
from typing import Annotated

import typer

from hecha.edges.files.network_folder import load_network
from hecha.edges.integrations import tokens
from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.units import Units


def integration(
    name: Annotated[str, typer.Argument(help="接入的名称 its name, e.g. prometheus-hz")],
    kind: Annotated[str, typer.Option(help="alertmanager | zabbix | cloudevents | cap")],
    unit: Annotated[str, typer.Option(help="哪个分支机构的监控 whose monitor it is: pbc/33")],
    output: Annotated[str, typer.Option("-o", "--output", help="text | json")] = "text",
) -> None:
    """Issue a token for a monitor or a CAP feed, replacing the old one of that name (签发接入令牌)."""
    chosen = settings()
    if not unit.startswith("pbc/") or not Units(load_network(chosen.network)).exists(UnitId(unit)):
        raise BadInput("--unit", f"没有这个分支机构 no such branch: {unit[:60]}", "pbc/33, pbc/3303, …")
    token = tokens.issue(chosen.home / "keys" / tokens.FILE, name, kind, unit)
    address = f"http://{chosen.host}:{chosen.base_port}/integrations/{kind}"
    if output == "json":
        typer.echo(json.dumps({"name": name, "kind": kind, "unit": unit, "address": address, "token": token}))
        return
    typer.echo(f"{address}\nAuthorization: Bearer {token}")
