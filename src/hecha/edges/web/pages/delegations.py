"""`/delegations` (委托): what others ask of us, accept and perform; what we have asked of others."""

from typing import Any

from starlette.responses import Response

from hecha.edges.api.desk_delegate import find, shown
from hecha.edges.api.office import new_key
from hecha.edges.api.place import units_of
from hecha.edges.web.pages.photo import photo_source
from hecha.edges.web.visit import Visit
from hecha.organization.sight import Right
from hecha.response.delegation import State


async def delegations(visit: Visit) -> Response:
    visit.sight.require(Right.ACCEPT)
    state = State(visit.query("state")) if visit.query("state") in set(State) else None
    page = visit.site.desk.delegations(visit.principal, cursor=visit.query("after"), state=state)
    items = page["items"]
    own = units_of(visit.site.network, visit.principal)
    return visit.show(
        "delegations.html",
        asked_of_us=[one for one in items if one["delegate"] in own],
        asked_by_us=[one for one in items if one["delegate"] not in own],
        after=visit.query("after"),
        next=page["next"],
        chosen=state or "",
        new_key=new_key,
    )


async def delegation(visit: Visit) -> Response:
    return _show(visit, await _found(visit, visit.request.path_params["id"]))


async def answer(visit: Visit) -> Response:
    """Accept, refuse, withdraw or perform; the button says which."""
    desk, id, key = visit.site.desk, visit.request.path_params["id"], visit.field("key")
    act = visit.field("act")
    if act == "accept":
        await desk.accept(visit.principal, id, key)
        return visit.go(f"/delegations/{id}")
    if act == "perform":
        done = await desk.perform(visit.principal, id, key, visit.field("outcome"))
        return _show(visit, await _found(visit, id), done.get("answer"))
    if act == "withdraw":
        await desk.withdraw(visit.principal, id, key)
    else:
        await desk.refuse(visit.principal, id, visit.field("why"), key)
    return visit.go("/delegations")


async def _found(visit: Visit, id: str) -> dict[str, Any]:
    """With the customer for who asked and, once accepted, for the delegate; before that, without."""
    bare = shown(find(visit.site.desk.office, visit.principal, id))
    is_ours = bare["delegate"] in units_of(visit.site.network, visit.principal)
    if is_ours and bare["state"] not in ("accepted", "performed"):
        return bare
    opened: dict[str, Any] = await visit.site.desk.delegation(visit.principal, id)
    return opened


def _show(visit: Visit, found: dict[str, Any], said: dict[str, Any] | None = None) -> Response:
    mine = found["delegate"] in units_of(visit.site.network, visit.principal)
    photo = photo_source((said or {}).get("photo"))
    return visit.show("delegation.html", one=found, said=said, photo=photo, is_delegate=mine, new_key=new_key)
