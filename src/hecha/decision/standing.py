"""How an incident stands when somebody decides on it: grade, era of the grade, who decides, what order is in force.

Gathered by flow in the transaction of the command, so that authority is checked by the grade at that moment (4.2.1).
"""

from dataclasses import dataclass

from hecha.decision.authority import Deciding, rank_of, require_decider
from hecha.kernel.ids import UnitId


@dataclass(frozen=True, slots=True)
class Standing:
    """`epoch` counts the changes of grade and decider: what was proposed in an earlier one is stale.

    `in_force`: id of the start order in force, with the unit of its group and its rung; "" when there is none.
    `recovered`: recovery is confirmed, or the outage ended within 8 hours after all."""

    incident: str
    level: int
    level_zh: str
    epoch: int
    decides: Deciding
    recovered: bool = False
    over: bool = False  # the incident has ended
    in_force: str = ""
    in_force_group: UnitId | str = ""
    in_force_who: str = ""
    end_clause: str = "4.3.1(7)"

    def keeps_command(self, unit: UnitId | str) -> bool:
        """A higher group whose order is in force keeps its command until it ends it, though the grade has fallen."""
        if not self.in_force or unit != self.in_force_group:
            return False
        return rank_of(self.in_force_who) > self.decides.rank

    def require_decider(self, unit: UnitId | str) -> None:
        """Raises Refused unless this unit's group decides now, or keeps its command."""
        if not self.keeps_command(unit):
            require_decider(self.decides, unit, self.level_zh)
