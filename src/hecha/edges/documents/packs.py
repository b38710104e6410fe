"""The paper pack of one unit as PDF, for the console and the command line."""

from dataclasses import replace

from sqlalchemy import Connection, select

from hecha.edges.documents.pdf import Rendered, render
from hecha.edges.store.ledger import recorded
from hecha.edges.store.tables import agreements, facts
from hecha.edges.store.writer import Tx
from hecha.flow.counter import kind_of
from hecha.flow.documents.paper_pack import PackPaper, Part, paper_pack
from hecha.kernel.facts import Fact
from hecha.kernel.ids import BankId, OutletId, UnitId
from hecha.network.model import Network
from hecha.organization.units import Units
from hecha.response.delegation import Candidate
from hecha.response.slip_number import free_batch

PRINTED, CLAUSE = "paper:pack:printed", "5.1.1(3)"


def printed(paper: PackPaper) -> Rendered:
    """The pack as one PDF. Raises BadInput, and Unavailable without a Chinese font."""
    return render(*paper_pack(paper))


def numbered(connection: Connection, paper: PackPaper) -> PackPaper:
    """The pack with slips of a batch that no printing on record has taken."""
    if not paper.numbers:
        return paper
    query = select(facts).where(facts.c.subject == paper.unit, facts.c.kind == PRINTED).order_by(facts.c.seq.desc())
    earlier = (recorded(row).fact.data.get("last", "") for row in connection.execute(query))
    return replace(paper, batch=free_batch(paper.printed, next(filter(None, earlier), "")))


def taken(tx: Tx, paper: PackPaper, by: str) -> PackPaper:
    """The same, with its numbers taken for good: that it was printed, and which slips, is a fact."""
    found = numbered(tx.connection, paper)
    data: dict[str, object] = {"parts": sorted(part.value for part in found.parts)}
    if found.numbers:
        data |= {"first": found.numbers[0], "last": found.numbers[-1]}
    tx.record(Fact(PRINTED, found.unit, found.printed, by, clause=CLAUSE, data=data))
    return found


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
