"""Does the grade fit the severity (等级与轻重是否相称)? The text is kept; a misfit is shown (readings, rule 12)."""

from dataclasses import dataclass

from hecha.incident.extent import Extent
from hecha.plan.model import Plan

LOW, HIGH = "low", "high"


@dataclass(frozen=True, slots=True)
class Misfit:
    """`direction` low: the text's grade is milder than what stands, and referral upward is proposed; high: graver."""

    direction: str
    zh: str
    en: str


def misfit(plan: Plan, level: int, extent: Extent) -> Misfit | None:
    """Low: half or more of all outlets have no mode left, yet the level is one of the lower half. High: a handful
    of outlets, yet not the lowest level. Both shares are settings of the plan."""
    lowest, ranks = max(one.rank for one in plan.levels), len(plan.levels)
    low_share = float(plan.settings.get("misfit_low_share", 0.5))
    high_share = float(plan.settings.get("misfit_high_share", 0.0005))
    if extent.dark and extent.dark >= low_share * extent.total and level > ranks / 2:
        return Misfit(
            LOW,
            f"全省{extent.total}个网点中{extent.dark}个两种方式均不能，按条文只是{plan.level(level).zh}；建议提请上一级",
            f"{extent.dark} of {extent.total} outlets have no working mode; referral to the level above is proposed",
        )
    few = max(1, int(high_share * extent.total))
    if 0 < extent.outlets <= few < extent.total and level < lowest and not extent.data_cities:
        return Misfit(
            HIGH,
            f"全省{extent.total}个网点中只有{extent.outlets}个受影响，按条文却是{plan.level(level).zh}",
            f"only {extent.outlets} of {extent.total} outlets are affected",
        )
    return None
