"""Who reads which evaluation: the branch whose it is and those above it, whole; the owner of an improvement, what it is
to improve. The figures of an event are for the branches that it concerns.

One rule over units: `depth` asks it of one review, lists put `reader` into their query.
"""

from dataclasses import dataclass
from enum import StrEnum

from hecha.evaluation.review import Review
from hecha.flow.incident_sight import sees_incident
from hecha.flow.report_sight import Reader
from hecha.flow.report_sight import reader as reader_of_line
from hecha.incident.event import Incident
from hecha.kernel.errors import NotThere, Refused
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


class Depth(StrEnum):
    """How much of a review somebody sees."""

    NOTHING = "nothing"
    OWED = "owed"  # the improvements that are theirs
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Eyes:
    """`units`: whose reviews are read whole, None: all; `own`: whose improvements are read."""

    units: frozenset[str] | None
    own: str

    def depth(self, review: Review) -> Depth:
        if self.units is None or review.unit in self.units:
            return Depth.WHOLE
        return Depth.OWED if any(one.unit == self.own for one in review.improvements) else Depth.NOTHING


def eyes(network: Network, principal: Principal) -> Eyes:
    """What a person's unit lets them read: reviews of its own line. A bank has none, and owes improvements."""
    line: Reader = reader_of_line(network, principal)
    return Eyes(line.sends, str(principal.unit))


def require_figures(network: Network, principal: Principal, incident: Incident) -> None:
    """Raises Refused for banks: an event's figures speak of other institutions too."""
    sight = Sight(network, principal)
    if sight.bank is not None or not sees_incident(sight, incident):
        raise Refused(
            "5.4(2)", "事件的数字由有关的人民银行分支机构查阅 for branches of the central bank", "请向当地分支机构了解"
        )


def require(who: Eyes, review: Review | None) -> Review:
    """The review, if any of it may be read. Raises NotThere, whether it does not exist or is not theirs."""
    if review is None or who.depth(review) is Depth.NOTHING:
        raise NotThere("没有这份评估，或不在您的权限之内 no such evaluation. 请从评估列表进入")
    return review
