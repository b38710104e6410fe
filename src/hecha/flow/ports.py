"""Ports: what the flow needs from outside. Each has a form in memory that passes the same contract tests."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from hecha.verification.outcome import Outcome


class StepTaken(Protocol):
    """One hop's part in an answer."""

    @property
    def hop(self) -> str: ...
    @property
    def ms(self) -> float: ...
    @property
    def result(self) -> str: ...


class Answer(Protocol):
    """What an entrance says about one person. `outcome` is of the closed list; `unavailable` is no exception."""

    @property
    def id(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def mode(self) -> str: ...
    @property
    def path(self) -> Sequence[StepTaken]: ...
    @property
    def at(self) -> str: ...
    @property
    def photo(self) -> str: ...
    @property
    def issuing_authority(self) -> str: ...


class Verifier(Protocol):
    """An entrance to the chain (`hecha.edges.hops.entrance_client.EntranceClient`).

    `body` is the object of POST /api/v1/verifications; the same `key` again gives the same answer without asking
    the police source twice. Raises Refused, BadInput or Conflict, never for an outage.
    """

    async def verify_body(self, body: Mapping[str, Any], key: str) -> Answer: ...
