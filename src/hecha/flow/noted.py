"""Taking note, both ways (3.2.4, 4.1.2, 4.3): an acknowledged notice is the receipt that its life waits for, and a
receipt entered there ends the notice. What is over wakes nobody any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hecha.command import order
from hecha.flow.life import Act
from hecha.kernel.facts import Fact
from hecha.report.commands import Receive
from hecha.report.model import Via
from hecha.warning.commands import Acknowledge

TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class Noted:
    """A notice that a named person has acknowledged; `how` is inbox, link, telephone or api, `by` who entered it.

    By telephone: the number that was called and the words read back."""

    what: str
    key: str
    subject: str
    unit: str
    name: str
    by: str
    at: datetime
    how: str
    number: str = ""
    words: str = ""


def follows(noted: Noted) -> Act | None:
    """The receipt that an acknowledgement is, if its life waits for one."""
    builder = _RECEIPTS.get(noted.what)
    return None if builder is None else builder(noted)


def settled_by(fact: Fact) -> str | None:
    """The key of the notice that a receipt, entered on the life's own page, acknowledges."""
    builder = _SETTLED.get(fact.kind)
    return None if builder is None else builder(fact)


def is_over(fact: Fact) -> bool:
    """Whether a fact ends all open notices about its subject: nobody need take note of them now."""
    return fact.kind in _OVER


def _alert(noted: Noted) -> Act:
    command = Acknowledge(noted.unit, noted.name, noted.at, noted.by, _medium(noted.how))
    return Act("alert", noted.subject, command)


def _report(noted: Noted) -> Act:
    via = Via.TELEPHONE if noted.how == TELEPHONE else Via.SYSTEM
    return Act("report", noted.subject, Receive(noted.unit, noted.name, noted.at, noted.by, via))


def _order(noted: Noted) -> Act:
    addressee = noted.key.removeprefix(f"order:{noted.subject}:")
    receive = order.Receive(noted.at, noted.by, noted.name, addressee)
    if noted.how == TELEPHONE:
        receive = replace(receive, how=TELEPHONE, number=noted.number, read_back=noted.words)
    return Act("order", noted.subject, receive)


def _medium(how: str) -> str:
    return {"inbox": "page", "api": "page"}.get(how, how)


_RECEIPTS: Mapping[str, Callable[[Noted], Act]] = {
    "alert.notified": _alert,
    "report.sent": _report,
    "order.start": _order,
    "order.end": _order,
}
_SETTLED: Mapping[str, Callable[[Fact], str]] = {
    "warning:alert:acknowledged": lambda fact: f"alert:{fact.subject}:{fact.data['unit']}",
    "report:report:received": lambda fact: f"report:{fact.subject}:sent:{fact.data['unit']}",
    "command:order:received": lambda fact: f"order:{fact.subject}:{fact.data['key']}",
}
_OVER = frozenset({"command:order:superseded", "command:order:ended", "command:order:dropped", "incident:event:closed"})
