"""`hecha paper UNIT -o FILE`: print a unit's paper pack without the console."""

from pathlib import Path
from typing import Annotated

import typer

from hecha.edges.clock import system_clock
from hecha.edges.documents.packs import agreed_delegates, numbered, parts_of, printed
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import active_plan
from hecha.edges.organization import roster
from hecha.edges.settings import settings
from hecha.edges.store.store import reading
from hecha.flow.documents.paper_pack import PackPaper, Part, pack_of
from hecha.kernel.errors import BadInput, Unavailable
from hecha.kernel.ids import UnitId
from hecha.network.model import Network
from hecha.organization.organization import Organization
from hecha.organization.units import Units
from hecha.plan.model import Plan
from hecha.response.delegation import Candidate

_ALL = ",".join(Part)


def paper(
    unit: Annotated[str, typer.Argument(help="outlet/ID, bank/ID, pbc/AREA or head_office")],
    output: Annotated[Path, typer.Option("-o", "--output", help="the PDF to write")],
    slips: Annotated[int, typer.Option(help="how many register slips (outlets only)")] = 30,
    parts: Annotated[str, typer.Option(help="which of cards, slips, forms, phones")] = _ALL,
) -> None:
    """Print the paper pack (纸质备用包) of one unit: cards, numbered slips, forms, telephone numbers."""
    plan = active_plan()
    network = load_network(settings().network).without(plan.left_out_cities)
    here, delegates = _known(network, plan, UnitId(unit))
    chosen = parts.split(",")
    if unknown := set(chosen) - set(Part):
        raise BadInput("--parts", f"没有这一项 no such part: {', '.join(sorted(unknown))}", _ALL)
    pack = pack_of(
        network, plan, here, UnitId(unit), system_clock(), parts=parts_of(chosen), slips=slips, delegates=delegates
    )
    done = printed(_numbered(pack))
    try:
        output.write_bytes(done.pdf)
    except OSError as error:
        raise BadInput("--output", f"写不进这个文件 cannot be written: {error.strerror}", str(output)) from None
    typer.echo(f"{output}: {len(done.pdf)} 字节 bytes")
    for note in done.notes:
        typer.echo(f"注意 note: {note}", err=True)


def _numbered(pack: PackPaper) -> PackPaper:
    """With slips that the console has not printed yet, as far as there is a database."""
    try:
        with reading(settings().database) as connection:
            return numbered(connection, pack)
    except Unavailable:
        return pack


def _known(network: Network, plan: Plan, unit: UnitId) -> tuple[Organization, tuple[Candidate, ...]]:
    """People and agreed delegates, as far as there is a database: a pack can be printed before the first start."""
    units = Units(network).as_of(system_clock())
    try:
        with reading(settings().database) as connection:
            organization = roster.read(connection, units, plan.organization)
            return organization, agreed_delegates(connection, network, unit)
    except Unavailable:
        return Organization(units, plan.organization), ()
