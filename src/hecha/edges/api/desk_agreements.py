"""The desk's part for agreed delegates (委托约定): which a bank has, and the end of one; `agree` enters them."""

from typing import Any

from sqlalchemy import delete, select

from hecha.edges.api.office import SHANGHAI, Office
from hecha.edges.api.place import institution_of
from hecha.edges.store.tables import agreements
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import NotThere
from hecha.kernel.facts import Fact
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.delegation import CLAUSE

LISTED_MAX = 500


def agreements_of(office: Office, principal: Principal) -> list[dict[str, Any]]:
    """The agreed delegates of the own bank, in the order in which cards offer them."""
    Sight(office.network, principal).require(Right.AGREE)
    own = agreements.c.institution == institution_of(office.network, principal)
    query = select(agreements).where(own).order_by(agreements.c.rank, agreements.c.delegate).limit(LISTED_MAX)
    with office.store.read() as connection:
        rows = connection.execute(query).mappings().all()
    moments = (row["agreed_at"].astimezone(SHANGHAI).isoformat(timespec="seconds") for row in rows)
    return [dict(row) | {"agreed_at": moment} for row, moment in zip(rows, moments, strict=True)]


async def end_agreement(office: Office, principal: Principal, delegate: str) -> None:
    """Cards offer this delegate first no longer; a fact. Raises NotThere when there is no such agreement."""
    Sight(office.network, principal).require(Right.AGREE)
    now, institution = office.clock(), institution_of(office.network, principal)
    same = (agreements.c.institution == institution) & (agreements.c.delegate == delegate)

    def act(tx: Tx) -> None:
        if tx.connection.execute(delete(agreements).where(same)).rowcount == 0:
            raise NotThere("没有这项约定，或已经取消 (no such agreement)")
        data = {"delegate": delegate}
        tx.record(Fact("delegation:agreement:ended", institution, now, principal.account, clause=CLAUSE, data=data))

    await office.store.write(act)
