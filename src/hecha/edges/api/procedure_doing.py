"""What the routes of the procedure's rooms share: forms, parameters, and something done once a key."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from hecha.edges.api import problems
from hecha.edges.api.office import Office
from hecha.edges.procedure.desk import ProcedureDesk
from hecha.flow.command.possible import Step
from hecha.flow.life import Act
from hecha.kernel.errors import Refused
from hecha.kernel.said import NAME_CHARACTERS_MAX, NUMBER_CHARACTERS_MAX, TEXT_CHARACTERS_MAX
from hecha.organization.principal import Principal

Answer = dict[str, Any]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
Cursor = Annotated[str, Query(max_length=160, pattern="^[A-Za-z0-9.+_-]*$")]
Id = Annotated[str, Path(max_length=160, pattern="^[A-Za-z0-9.+_-]+$")]
Incident = Annotated[str, Query(max_length=120, pattern="^[A-Za-z0-9.+_-]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Text = Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX + 1)]
Name = Annotated[str, Field(max_length=NAME_CHARACTERS_MAX + 1)]
Number = Annotated[str, Field(max_length=NUMBER_CHARACTERS_MAX + 1)]
IncidentName = Annotated[str, Field(max_length=120, pattern="^[A-Za-z0-9.+_-]+$")]


class Sent(BaseModel):
    """A body; what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class ReasonForm(Sent):
    reason: Text


class Doing:
    """Does something once a key; the state after it is the answer."""

    def __init__(self, desk: ProcedureDesk, office: Callable[[], Office], told: Callable[[Any], Answer]) -> None:
        self._desk, self._office, self._told = desk, office, told

    async def do(
        self,
        who: Principal,
        key: str,
        route: str,
        ask: Callable[..., Act],
        given: Mapping[str, Any],
        body: BaseModel | None = None,
    ) -> Answer:
        """`route` and `body` are what must be the same when a key is sent again; `given` is what is asked."""
        if not key:
            raise problems.KeyMissing
        act = self._desk.acting(who, ask, **given)
        payload = body.model_dump(mode="json") if body is not None else {}
        answer = await self._office().once(who, key, f"POST /v1/{route}", payload, lambda tx: self._told(act(tx)))
        self._desk.procedure.tell()
        return answer


def told_step(step: Step) -> Answer:
    """What may be done next; refused with clause, reason and way out."""
    return {"what": step.what, "allowed": step.allowed} | told_refusal(step.refusal)


def told_refusal(refusal: Refused | None) -> Answer:
    if refusal is None:
        return {}
    return {"clause": refusal.clause, "reason": refusal.reason, "way_out": refusal.way_out}


def told_state(state: Any) -> Answer:
    """A life's state as JSON."""
    found: Answer = msgspec.to_builtins(state)
    return found
