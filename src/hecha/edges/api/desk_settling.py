"""The desk's part for what back-verification left to people: customers called in vain, certificates for the police."""

from typing import Any

from hecha.edges.api.desk_register import find, moment_words, opened, shown
from hecha.edges.api.office import SHANGHAI, Office
from hecha.edges.api.place import require_same_institution
from hecha.edges.store.lives import register
from hecha.edges.store.writer import Tx
from hecha.flow.counter import slip
from hecha.kernel.errors import NotThere
from hecha.kernel.moments import working_days_after
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.backlog import Certify, Command, Entry, Unreached


async def unreached(office: Office, principal: Principal, id: str, key: str) -> dict[str, Any]:
    """The customer was called in vain; the entry is due again after the plan's time."""
    now = office.clock()
    command = Unreached(now + office.terms.call_again, now, principal.account)
    return await _do(office, principal, id, command, key, "unreached")


async def certify(office: Office, principal: Principal, id: str, key: str) -> dict[str, Any]:
    """Issue the certificate: a number, and the day by which the police answer."""
    now = office.clock()
    due = working_days_after(now, office.terms.certificate_days, SHANGHAI)
    number = f"ZM{now.astimezone(SHANGHAI):%Y%m%d}-{id[-8:]}"
    return await _do(office, principal, id, Certify(number, due, now, principal.account), key, "certificate")


async def certificate_of(office: Office, principal: Principal, id: str) -> dict[str, Any]:
    """What the certificate says, with name and whole number. Raises NotThere before it was issued."""
    entry = _own(office, principal, id)
    if not entry.certificate:
        raise NotThere("这笔登记没有出具过证明 no certificate was issued. 请先在差异页出具")
    fields = await opened(office, principal, entry, "certificate")
    who = {name: str(fields.get(name, "")) for name in ("name", "number", "card_authority")}
    answer = {"id": entry.id, "outcome": entry.outcome, "at": moment_words(entry.verified_at)}
    more = {"certificate": entry.certificate, "due": moment_words(entry.next_at), "business": entry.business}
    return slip(office.network, outlet=entry.outlet, fields=who | more, answer=answer)


async def _do(office: Office, principal: Principal, id: str, command: Command, key: str, route: str) -> dict[str, Any]:
    _own(office, principal, id)

    def act(tx: Tx) -> dict[str, Any]:
        after, _ = register.do(tx, id, command)
        assert after is not None
        return shown(after)

    return await office.once(principal, key, f"{route}:{id}", {}, act)


def _own(office: Office, principal: Principal, id: str) -> Entry:
    """An entry of the own institution, for those who may settle."""
    Sight(office.network, principal).require(Right.SETTLE)
    entry = find(office, principal, id)
    require_same_institution(office.network, principal, entry.institution)
    return entry
