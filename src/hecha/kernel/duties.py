"""A duty: what somebody owes by a clause, until it is done. Derived from a life's state, purely, never typed in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """`what` is a word of a closed list, such as `report.first`, `order.receipt`, `alert.acknowledge`."""

    id: str  # unique: "<subject>:<what>[:<unit>]"
    unit: str  # UnitId that owes it
    what: str
    clause: str
    subject: str  # id of the life it belongs to
    since: datetime
    due: datetime | None = None
    post: str = ""  # group | office | settlement | technology | credit | "" (the unit as a whole)
    incident: str = ""
