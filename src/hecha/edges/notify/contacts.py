"""Who can be told, in memory: for tests, and for a console whose organisation has not been entered yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hecha.flow.convey import Person


@dataclass
class MemoryContacts:
    """`people`: by unit and post, in the order to be told; `above`: each unit's superior; `duty`: numbers of units."""

    people: Mapping[tuple[str, str], Sequence[Person]] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    duty: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def holders(self, unit: str, post: str, at: datetime) -> Sequence[Person]:
        if post:
            return self.people.get((unit, post), ())
        everyone = [person for (where, _), people in self.people.items() if where == unit for person in people]
        return tuple({person.id: person for person in everyone}.values())

    def posts_of(self, account: str, unit: str, at: datetime) -> frozenset[str] | None:
        found = frozenset(
            post
            for (where, post), people in self.people.items()
            if where == unit and any(person.account == account for person in people)
        )
        return found or None

    def superior(self, unit: str) -> str | None:
        return self.above.get(unit)

    def duty_telephones(self, unit: str, at: datetime) -> Sequence[str]:
        return self.duty.get(unit, ())


def masked(address: str) -> str:
    """138****5678, j***@bank.example: enough to know one's own, too little to use another's."""
    name, mark, host = address.partition("@")
    if mark:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else f"{address[:1]}****"
