"""`/orders/{id}/calls`: who has not acknowledged an order, which number, what is read back; to print, to tick off."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from hecha.command.addressees import Addressee
from hecha.edges.api.office import new_key
from hecha.edges.command.desk import OrderLook
from hecha.edges.web.order_paper import call_list, call_row
from hecha.edges.web.pages.orders import look_of
from hecha.edges.web.paper_file import file_of
from hecha.edges.web.visit import Visit
from hecha.flow.command.read_back import code_of
from hecha.flow.convey import Person
from hecha.kernel.errors import NotThere

NAMED_MAX = 3
"""People to telephone in one unit, the first to call first."""


@dataclass(frozen=True, slots=True)
class Line:
    """An addressee that has not acknowledged, whom to call in order, the unit's own numbers, the code to read back."""

    one: Addressee
    people: tuple[Person, ...]
    duty: tuple[str, ...]
    code: str


async def calls(visit: Visit) -> Response:
    look, lines = await asyncio.to_thread(_read, visit)
    return visit.show("order_calls.html", look=look, order=look.order, lines=lines, new_key=new_key)


def _read(visit: Visit) -> tuple[OrderLook, Sequence[Line]]:
    """Raises NotThere for those who do not issue the order: numbers are for the office that conveys it."""
    look = look_of(visit)
    if look.order.unit != visit.organization.units.acting(visit.principal.unit) or look.order.published is None:
        raise NotThere("电话督办由下令单位的办公室进行。请看命令页")
    contacts, now = visit.site.notices.contacts, visit.site.clock()
    waiting = look.order.waiting if look.order.is_live else ()
    return look, [
        Line(
            one,
            tuple(contacts.holders(one.unit, one.post, now))[:NAMED_MAX],
            tuple(contacts.duty_telephones(one.unit, now)),
            code_of(look.order, one.key),
        )
        for one in waiting
    ]


async def paper(visit: Visit) -> Response:
    """The list as a document: `?as=docx`, else PDF."""
    look, lines = await asyncio.to_thread(_read, visit)
    network, now = visit.site.network, visit.site.clock()
    rows = [
        call_row(
            look.order,
            line.one.key,
            "、".join(each.name for each in line.people),
            [number for each in line.people for number in each.telephones] or line.duty,
            network,
        )
        for line in lines
    ]
    return await file_of(call_list(look, rows, network, now), f"{look.order.id}-calls", visit.query("as"))
