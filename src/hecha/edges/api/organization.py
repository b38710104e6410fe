"""A unit as JSON: its place in the tree, numbers, posts and who holds them, what is missing; for those who see it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Path

from hecha.edges.api.situation import plain
from hecha.edges.clock import Clock
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Held, Organization
from hecha.organization.principal import Principal
from hecha.organization.seeing import sees_unit


def add_units(app: FastAPI, who: Any, *, organization: Callable[[], Organization], clock: Clock) -> None:
    """Hang the route onto the application; `who` is its dependency for the verified identity."""

    @app.get("/v1/organization/units/{unit:path}", tags=["organization"])
    async def unit(principal: who, unit: Annotated[str, Path(max_length=80)]) -> dict[str, Any]:
        """One unit: its place in the tree, numbers, posts, and what is missing; for those who may look it up."""
        here = await asyncio.to_thread(organization)
        return unit_of(here, principal, unit, clock())


def unit_of(here: Organization, principal: Principal, text: str, at: datetime) -> dict[str, Any]:
    """`GET /v1/organization/units/{unit}`. Raises NotThere: whether it does not exist or is another's is not told."""
    unit, units = UnitId(text), here.units
    if unit.startswith("outlet/") or not units.exists(unit, at) or not sees_unit(units, principal, unit, at):
        raise NotThere("没有这个机构，或不在您的权限之内 (no such unit, or not yours)")
    numbers = here.numbers.get(unit)
    return {
        "unit": unit,
        "zh": units.zh(unit, at),
        "level": plain(units.level(unit)),
        "superior": units.superior(unit, at),
        "local_branch": units.local_branch(unit, at),
        "below": [one for one in units.below(unit, at) if sees_unit(units, principal, one, at)],
        "numbers": {} if numbers is None else {key: plain(numbers)[key] for key in ("day", "night", "duty_room")},
        "posts": [_post(one, at) for one in here.held(unit, at)],
        "missing": [
            {"post": f"{one.rule.body}/{one.rule.role}", "department": plain(one.rule.department),
             "clause": one.rule.clause, "zh": one.rule.zh}
            for one in here.missing(unit, at)
        ],
        "doubled": [
            {"person": one.person.name, "posts": [seat.post for seat in one.seats], "fault": one.is_fault}
            for one in here.doubled(unit, at)
        ],
    }  # fmt: skip


def _post(one: Held, at: datetime) -> dict[str, Any]:
    seat, person = one.seat, one.person
    return {
        "post": seat.post,
        "department": plain(seat.department),
        "person": person.name,
        "substitute": seat.substitute,
        "telephones": list(person.telephones(at)),
        "since": plain(seat.since),
        "until": plain(seat.until),
    }
