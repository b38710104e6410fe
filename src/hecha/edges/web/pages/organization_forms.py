"""The organisation's forms, from `/organization/{unit}`: people, seats, numbers, experts, terms. The form says what it
is about; who may send it is asked in the transaction that changes it."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import Response

from hecha.edges.web.pages import organization
from hecha.edges.web.visit import Visit
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.people import Expert, Numbers, Person, PersonId, Seat
from hecha.organization.sheets import date_of
from hecha.organization.units import Term
from hecha.plan.posts import Body, Department, SeatRole

CHARS_MAX = 80


async def submit(visit: Visit) -> Response:
    """One of the forms, or a file; the address says which."""
    what = visit.request.path_params["what"]
    if what == "import":
        return await organization.take_in(visit)
    if what not in ACTS:
        raise BadInput("what", "没有这种表单 no such form", "请从机构页提交 use the unit's page")
    unit = UnitId(visit.field("unit", CHARS_MAX))
    await ACTS[what](visit, unit)
    return visit.go(f"/organization/{unit}?done={what}")


async def _person(visit: Visit, unit: UnitId) -> None:
    person = Person(
        PersonId(visit.field("id", CHARS_MAX)),
        visit.field("name", CHARS_MAX),
        unit,
        _word(visit, "department", Department),
        account=visit.field("account", CHARS_MAX),
        day=visit.field("day", CHARS_MAX),
        night=visit.field("night", CHARS_MAX),
        mobile=visit.field("mobile", CHARS_MAX),
        mail=visit.field("mail", CHARS_MAX),
    )
    await visit.site.edits.put(visit.principal, [person])


async def _leave(visit: Visit, unit: UnitId) -> None:
    await visit.site.edits.leave(visit.principal, PersonId(visit.field("id", CHARS_MAX)))


async def _seat(visit: Visit, unit: UnitId) -> None:
    await visit.site.edits.put(visit.principal, [_seat_of(visit, unit)])


async def _end(visit: Visit, unit: UnitId) -> None:
    await visit.site.edits.end(visit.principal, _seat_of(visit, unit))


async def _numbers(visit: Visit, unit: UnitId) -> None:
    numbers = {name: visit.field(name, CHARS_MAX) for name in ("day", "night", "duty_room")}
    await visit.site.edits.put(visit.principal, [Numbers(unit, **numbers)])


async def _expert(visit: Visit, unit: UnitId) -> None:
    fields = {name: visit.field(name, CHARS_MAX) for name in ("name", "field", "phone")}
    await visit.site.edits.put(visit.principal, [Expert(**fields, unit=unit)])


async def _strike(visit: Visit, unit: UnitId) -> None:
    await visit.site.edits.remove(visit.principal, Expert(visit.field("name"), "", "", unit))


async def _term(visit: Visit, unit: UnitId) -> None:
    await visit.site.edits.put(visit.principal, [_term_of(visit, unit)])


async def _untie(visit: Visit, unit: UnitId) -> None:
    terms = visit.organization.units.terms.get(unit, ())
    since = visit.field("since", CHARS_MAX)
    found = next((term for term in terms if (term.since.isoformat() if term.since else "") == since), None)
    if found is None:
        raise NotThere("没有这条期限，或已经删去 (not there, or struck off already)")
    await visit.site.edits.remove(visit.principal, found)


ACTS: Mapping[str, Callable[[Visit, UnitId], Awaitable[None]]] = {
    "person": _person,
    "leave": _leave,
    "seat": _seat,
    "end": _end,
    "numbers": _numbers,
    "expert": _expert,
    "strike": _strike,
    "term": _term,
    "untie": _untie,
}


def _seat_of(visit: Visit, unit: UnitId) -> Seat:
    body, _, role = visit.field("post").partition("/")
    if body not in list(Body) or role not in list(SeatRole):
        raise BadInput("post", "请选择岗位 choose a post", "例如组长 e.g. the leader")
    return Seat(
        unit,
        Body(body),
        SeatRole(role),
        _word(visit, "department", Department),
        PersonId(visit.field("person", CHARS_MAX)),
        visit.field("substitute") == "yes",
        date_of(visit.field("since"), "since"),
    )


def _term_of(visit: Visit, unit: UnitId) -> Term:
    since, until = (date_of(visit.field(name), name) for name in ("since", "until"))
    superior = visit.field("superior", CHARS_MAX)
    return Term(unit, since, until, UnitId(superior) if superior else None, visit.field("zh", CHARS_MAX))


def _word(visit: Visit, name: str, words: type[Department]) -> Department:
    text = visit.field(name)
    if text not in list(words):
        raise BadInput(name, "请选择部门 choose a department", "例如支付结算 e.g. settlement")
    return words(text)
