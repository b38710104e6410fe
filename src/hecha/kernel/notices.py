"""A notice: what one unit, or one post in it, is told. One message per decision and addressee (4.3.1, 3.2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` says which message it is: the same key again updates or supersedes it and never doubles it.

    `unit` is a UnitId and `post` a post in it ("" for the unit as a whole); `what` is a word of a closed list
    (`order.start`), `subject` the id of the life it is about and `incident` the incident it belongs to.
    `facts` are small words for the text (grade, area, number) and never a citizen's data."""

    key: str
    unit: str
    what: str
    clause: str
    subject: str
    at: datetime
    post: str = ""
    incident: str = ""
    urgent: bool = False
    wants_ack: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
