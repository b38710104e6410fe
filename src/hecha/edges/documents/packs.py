"""The paper pack of one unit as PDF, for the console and the command line."""

from sqlalchemy import Connection, select

from hecha.edges.documents.pdf import Rendered, render
from hecha.edges.store.tables import agreements
from hecha.flow.counter import kind_of
from hecha.flow.documents.paper_pack import PackPaper, Part, paper_pack
from hecha.kernel.ids import BankId, OutletId, UnitId
from hecha.network.model import Network
from hecha.organization.units import Units
from hecha.response.delegation import Candidate


def printed(paper: PackPaper) -> Rendered:
    """The pack as one PDF. Raises BadInput, and Unavailable without a Chinese font."""
    return render(*paper_pack(paper))


def agreed_delegates(connection: Connection, network: Network, unit: UnitId) -> tuple[Candidate, ...]:
    """Whom an outlet's bank has agreed with, in their order; whether they can verify is asked by telephone."""
    kind, _, key = unit.partition("/")
    if kind != "outlet" or key not in network.outlets:
        return ()
    bank = network.outlets[OutletId(key)].bank
    query = select(agreements).where(agreements.c.institution == f"bank/{bank}").order_by(agreements.c.rank)
    rows = connection.execute(query).all()
    return tuple(
        _candidate(network, bank, row.delegate, row.telephone, row.rank) for row in rows if row.delegate != unit
    )


def _candidate(network: Network, bank: BankId, delegate: str, telephone: str, rank: int) -> Candidate:
    zh = Units(network).zh(UnitId(delegate))
    return Candidate(delegate, zh, kind_of(bank, delegate), can_verify=True, telephone=telephone, rank=rank)


def parts_of(words: list[str]) -> frozenset[Part]:
    """The parts that were chosen, unknown words left out."""
    return frozenset(part for part in Part if part.value in words)
