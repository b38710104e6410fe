"""A story of one whole outage, and the rule of the plan on which it turns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.stories.town import Town


class NotByTheRule(AssertionError):
    """What the rule demands did not happen."""


def by_the_rule(holds: bool, clause: str) -> None:
    """The moment at which a story turns on its rule. Raises NotByTheRule."""
    if not holds:
        raise NotByTheRule(clause)


@dataclass(frozen=True, slots=True)
class Story:
    """`rule`: the clauses without which it takes another course, at a `by_the_rule`."""

    zh: str
    rule: tuple[str, ...]
    tell: Callable[[Town], Awaitable[None]]
