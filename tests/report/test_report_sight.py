"""Who may read a report: its sender's own line; once it is sent, its receivers and the branches above them."""

import pytest

from hecha.flow.report_sight import Depth, depth, ladder, reader, require
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units
from hecha.report.commands import SkipLevel
from tests.report.sheets import COUNTY, HEAD_OFFICE, PROVINCE, Life, after, leg, owe
from tests.report.test_lifecycle import sends
from tests.report.test_senders import zhejiang


def looks(unit: str, life: Life) -> Depth:
    role = Role.CLERK if unit.startswith("outlet/") else Role.BRANCH
    who = Principal("x", "某", role, UnitId(unit), OutletId(unit[7:]) if role is Role.CLERK else None)
    return depth(reader(zhejiang(), who), life.now)


OUTLET = next(str(o.id) for o in zhejiang().outlets.values() if (o.bank, o.county) == ("icbc", "330381"))


@pytest.mark.parametrize(
    ("unit", "owed", "sent"),
    [
        ("bank/icbc/330381", "whole", "whole"),  # the sender
        ("bank/icbc/3303", "whole", "whole"),  # its superior
        ("bank/icbc", "whole", "whole"),  # and the one above
        ("pbc/330381", "state", "whole"),  # the receiver
        ("pbc/3303", "state", "whole"),  # the branch above the receiver
        ("pbc/33", "whole", "whole"),  # the province sees everything
        ("pbc/330382", "nothing", "nothing"),  # a neighbour
        ("pbc/3302", "nothing", "nothing"),
        ("bank/icbc/330382", "nothing", "nothing"),  # another branch of the same bank
        ("bank/abc", "nothing", "nothing"),  # another bank
        ("bank/abc/330381", "nothing", "nothing"),
        (f"outlet/{OUTLET}", "nothing", "nothing"),
    ],
)
def test_who_reads_a_banks_report(unit: str, owed: str, sent: str) -> None:
    life = Life(owe())
    assert looks(unit, life) == owed
    life.do(sends(10))
    assert looks(unit, life) == sent


def test_a_branchs_report_is_not_for_those_below_or_beside() -> None:
    life = Life(owe(COUNTY, leg("pbc/3303")), sends(10))
    assert [looks(unit, life) for unit in (COUNTY, "pbc/3303", PROVINCE)] == ["whole"] * 3
    assert [looks(unit, life) for unit in ("bank/icbc/330381", "pbc/330382", "pbc/3302")] == ["nothing"] * 3


def test_a_skipped_level_reads_what_went_over_its_head() -> None:
    life = Life(
        owe(COUNTY, leg("pbc/3303")), SkipLevel("pbc/3303", PROVINCE, "急", (PROVINCE,), after(1), "x"), sends(2)
    )
    assert looks("pbc/3303", life) == "whole"


def test_not_theirs_and_not_there_are_the_same() -> None:
    who = reader(zhejiang(), Principal("x", "某", Role.BRANCH, UnitId("pbc/3302")))
    for report in (None, Life(owe()).now):
        with pytest.raises(NotThere, match="没有这份报告，或不在您的权限之内"):
            require(who, report)


def test_the_ladder_over_a_receiver() -> None:
    units = Units(zhejiang())
    assert ladder(units, "pbc/330381") == ("pbc/3303", "pbc/33", HEAD_OFFICE)
    assert ladder(units, "pbc/330122") == ("pbc/33", HEAD_OFFICE)  # Hangzhou has no city group
    assert ladder(units, "bank/icbc/3303") == ("bank/icbc",)
    assert ladder(units, HEAD_OFFICE) == ()
    assert ladder(units, "above/bank/icbc") == ()
