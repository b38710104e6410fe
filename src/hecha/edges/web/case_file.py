"""The whole file of an event (卷宗, 5.4) as one archive: papers, tables, the ledger's facts; each export is a fact.

    head = await exported(site, principal, "E2026…")          who took it, and up to which fact
    for chunk in archive(case_of(site, principal, "E2026…", head)): …

For those who may read the ledger: the file holds what every unit and bank has reported.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from hecha.command.order import Order
from hecha.edges.documents.archive import Case, Folder, Piece, csv_piece
from hecha.edges.evaluation.figuring import story_of
from hecha.edges.procedure import bookkeeping
from hecha.edges.procedure.register_of import belongs
from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded
from hecha.edges.store.store import Store
from hecha.edges.store.tables import entries
from hecha.edges.store.writer import Tx
from hecha.edges.web.case_papers import Papers
from hecha.edges.web.pages.incidents import fact_words
from hecha.edges.web.site import Site
from hecha.flow.scope import Scope, scope_of
from hecha.incident.event import Incident
from hecha.kernel.facts import Fact
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight

EXPORTED = "evaluation:file:exported"
ENTRIES_MAX = 500_000
REGISTER = ("id", "institution", "outlet", "business", "state", "outcome", "registered_at", "verified_at", "settled_at")
"""Columns of the register's table: nothing in them is a citizen's."""


async def exported(site: Site, principal: Principal, name: str) -> tuple[int, str]:
    """Record that somebody takes the file; the number and hash of the fact up to which it goes. Raises Refused for
    those who may not read the ledger, NotThere for an event that they do not see."""
    Sight(site.network, principal).require(Right.AUDIT)
    incident = site.incidents.seen(principal, name)

    def act(tx: Tx) -> tuple[int, str]:
        seq, digest = ledger.head(tx.connection)
        data = {"through": {"seq": seq, "hash": digest}}
        fact = Fact(
            EXPORTED, incident.id, site.clock(), principal.account, str(principal.unit), clause="5.4", data=data
        )
        bookkeeping.mark(tx.connection, incident.id, [tx.record(fact)])
        return seq, digest

    head: tuple[int, str] = await site.procedure.run(act)
    return head


def case_of(site: Site, principal: Principal, name: str, head: tuple[int, str]) -> Case:
    """What lies in the file; the pieces are made when their turn comes."""
    incident = site.incidents.seen(principal, name)
    return Case(
        event=incident.title,
        event_number=incident.id,
        dated=incident.occurred.date(),
        pieces=tuple(_pieces(site, principal, incident)),
        facts=_facts(site.store, incident.id, head[0]),
        head=head,
        notes=tuple(_drafts(site, incident)),
    )


def _drafts(site: Site, incident: Incident) -> Iterator[str]:
    drafts = sum(one.signed is None for one in site.procedure.of(incident.id, "review"))
    if drafts:
        yield f"另有{drafts}份评估尚未签署，不在卷宗内。"


def _pieces(site: Site, principal: Principal, incident: Incident) -> Iterator[Piece]:
    of = partial(site.procedure.of, incident.id)
    plan = next((one for one in site.plans if one.id == incident.plan), site.plan)
    look, evaluated = partial(site.reports.look, principal), partial(site.evaluations.look, principal)
    papers = Papers(site.network, incident, plan, site.clock(), look, evaluated)
    resolutions, orders = of("resolution"), of("order")
    yield from papers.reports(of("report"))
    yield from papers.meetings(of("meeting"), resolutions)
    yield csv_piece(Folder.DECISIONS, "决策", _resolutions(papers, resolutions))
    yield from papers.orders(orders, {one.id: one for one in resolutions})
    yield csv_piece(Folder.ORDERS, "签收", _receipts(papers, orders))
    yield from papers.releases(of("release"))
    yield csv_piece(Folder.MEASURES, "先期处置", _handlings(papers, of("handling")))
    yield csv_piece(Folder.MEASURES, "技术处置步骤", _steps(papers, of("run")))
    yield csv_piece(Folder.REGISTER, "登记簿", _entries(site.store, scope_of(incident)))
    yield from papers.reviews(of("review"))
    yield csv_piece(Folder.OTHER, "处置过程", _happenings(site.store, papers, incident.id))


Rows = Iterator[tuple[Any, ...]]


def _resolutions(papers: Papers, found: Iterable[Any]) -> Rows:
    yield ("编号", "单位", "事项", "理由", "提出人", "同意人", "作出时间", "条款", "状态")
    for one in found:
        consenter = one.consenter.name if one.consenter else ""
        who = (one.proposer.name, consenter, one.taken or "")
        yield (one.id, papers.name(one.unit), one.kind.value, one.reason, *who, one.clause, one.phase.value)


def _receipts(papers: Papers, found: Iterable[Order]) -> Rows:
    yield ("命令", "单位", "岗位", "签收人", "签收时间")
    for order in found:
        for one in order.addressees:
            receipt = order.receipts.get(one.key)
            got = (receipt.name, receipt.at) if receipt else ("", "")
            yield (order.number, papers.name(one.unit), one.post, *got)


def _handlings(papers: Papers, found: Iterable[Any]) -> Rows:
    yield ("时间", "单位", "登记人", "做了什么")
    for one in found:
        yield (one.at, papers.name(one.unit), one.by, one.text)


def _steps(papers: Papers, found: Iterable[Any]) -> Rows:
    yield ("处置", "单位", "部件", "步骤", "凭据", "完成人", "完成时间")
    for run in found:
        for step in run.steps:
            done = (step.proved, step.done_by, step.done_at or "")
            yield (run.zh, papers.name(run.unit), run.component, step.zh, *done)


def _entries(store: Store, scope: Scope) -> Rows:
    yield ("编号", "机构", "网点", "业务", "状态", "结果", "登记时间", "补核时间", "办结时间")
    columns = [entries.c[name] for name in REGISTER]
    query = sa.select(*columns).where(belongs(scope)).order_by(entries.c.id).limit(ENTRIES_MAX)
    with store.read() as connection:
        rows = connection.execute(query).all()
    yield from (tuple(row) for row in rows)


def _happenings(store: Store, papers: Papers, name: str) -> Rows:
    words = fact_words()
    yield ("台账序号", "时间", "事项", "对象", "何人", "代表单位", "条款")
    for one in _facts(store, name, 2**62):
        fact = one.fact
        unit = papers.name(fact.on_behalf_of) if fact.on_behalf_of else ""
        yield (one.seq, fact.at, words.get(fact.kind, fact.kind), fact.subject, fact.by, unit, fact.clause)


def _facts(store: Store, name: str, through: int) -> Iterator[Recorded]:
    """Read at once: the archive is streamed for minutes, and no connection is held so long."""
    with store.read() as connection:
        found = list(story_of(connection, name, through))
    yield from found
