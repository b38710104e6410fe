"""What was seen at one outlet in one mode: the only food of detection."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hecha.kernel.ids import AreaCode, ComponentId, Mode, OutletId


class Source(StrEnum):
    REQUEST = "request"  # a citizen's verification at a counter
    PROBE = "probe"  # an active hop ping


@dataclass(frozen=True, slots=True)
class Observation:
    """One attempt. `worked` says whether a business answer came back (whatever it said).

    `broke_at` names the component that the last good hop could not pass, `None` when it worked;
    `ms` is the whole round trip; `card_city` is the city of the card's issuing authority, if known,
    and `outcome` the business outcome of a request ("" for probes).
    """

    outlet: OutletId
    mode: Mode
    at: datetime
    source: Source
    worked: bool
    broke_at: ComponentId | None = None
    ms: int = 0
    outcome: str = ""
    card_city: AreaCode | None = None
