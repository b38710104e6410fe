"""Declarations (申报): what entitled persons say of banks that do not run on this product, kept apart from what
was measured, and the declaration of a data error by head office or the police.

A declaration names outlets by a list, or by bank and area together; it stands until it is withdrawn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode, BankId, Mode, OutletId
from hecha.network.model import Network

OUTLETS_MAX = 20_000
_BETWEEN = re.compile(r"[\s,，;；、]+")
ENTITLED = ("head_office", "police")
"""Who may establish a severe data error: the central bank's head office, or the police."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """These outlets cannot verify in this mode since then. `until` is an estimate, if one was given."""

    id: str
    outlets: tuple[OutletId, ...]
    modes: tuple[Mode, ...]
    since: datetime
    by: str  # account
    unit: str
    at: datetime
    until: datetime | None = None
    nature: str = "other"
    reason: str = ""
    bank: BankId | None = None
    area: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class DataError:
    """A city's records are missing, or right only for a share of residents; established by `authority`.

    `accuracy` is the share or, from a sample, its upper confidence bound; `disturbs` is the group's record that a
    lesser error disturbs business."""

    id: str
    city: AreaCode
    since: datetime
    by: str
    unit: str
    at: datetime
    authority: str
    accuracy: float | None = None
    missing: bool = False
    disturbs: bool = False
    until: datetime | None = None
    basis: str = ""


def outlets_of(
    network: Network, *, bank: BankId | None = None, area: AreaCode | None = None, pasted: str = ""
) -> tuple[OutletId, ...]:
    """The outlets a declaration speaks of. A pasted list (ids between blanks, commas or line ends) is taken as it is,
    and must agree with bank and area where those are given too. Raises BadInput naming the first wrong words."""
    if pasted.strip():
        return _pasted(network, pasted, bank, area)
    if bank is None and area is None:
        raise BadInput(
            "outlets", "没有说明是哪些网点 no outlets named", "给出银行、地区或网点清单 give a bank, area or list"
        )
    _known(network, bank, area)
    found = tuple(o.id for o in network.outlets.values() if _within(network, o.id, bank, area))
    if not found:
        raise BadInput("outlets", "该银行在该地区没有网点 the bank has no outlet in that area")
    return found


def _known(network: Network, bank: BankId | None, area: AreaCode | None) -> None:
    if bank is not None and bank not in network.banks:
        raise BadInput("bank", f"没有这家银行 no such bank: {bank}")
    if area is not None and area not in network.areas:
        raise BadInput("area", f"没有这个地区 no such area: {area}")


def _pasted(network: Network, text: str, bank: BankId | None, area: AreaCode | None) -> tuple[OutletId, ...]:
    _known(network, bank, area)
    names = list(dict.fromkeys(word for word in _BETWEEN.split(text.strip()) if word))
    if len(names) > OUTLETS_MAX:
        raise BadInput("outlets", f"清单超过 {OUTLETS_MAX} 个网点 the list is too long", "分几次申报 declare in parts")
    _complain("没有这些网点 no such outlets", [name for name in names if name not in network.outlets])
    outlets = [OutletId(name) for name in names]
    _complain("不在该银行或地区 not of that bank or area", [o for o in outlets if not _within(network, o, bank, area)])
    return tuple(outlets)


def _complain(what: str, wrong: Sequence[str]) -> None:
    if wrong:
        more = f" 等 {len(wrong)} 个" if len(wrong) > 3 else ""
        raise BadInput("outlets", f"{what}: {'、'.join(wrong[:3])}{more}", "改正后重新提交 correct the list")


def _within(network: Network, outlet: OutletId, bank: BankId | None, area: AreaCode | None) -> bool:
    place = network.outlets[outlet]
    if bank is not None and place.bank != bank:
        return False
    if area is None:
        return True
    city = network.city_of(place.county)
    return area in (place.county, city, network.areas[city].parent)


def check_moments(since: datetime, until: datetime | None, now: datetime) -> None:
    """A declaration cannot begin in the future, nor end before it began. Raises BadInput."""
    if since.tzinfo is None or (until is not None and until.tzinfo is None):
        raise BadInput("since", "时间缺少时区 a time needs its offset", "例如 +08:00")
    if since > now:
        raise BadInput("since", "开始时间在将来 it begins in the future", "计划内维护请登记维护日历 use the calendar")
    if until is not None and until <= since:
        raise BadInput("until", "预计恢复不晚于开始 the estimate is not after its start")


def check_data_error(error: DataError, network: Network) -> None:
    """Who established it, which city, and either missing or a share between 0 and 1. Raises BadInput."""
    if error.authority not in ENTITLED:
        raise BadInput("authority", "数据严重误差须由总行或公安部门认定", "填 head_office 或 police")
    if error.city not in network.areas or network.areas[error.city].kind != "city":
        raise BadInput("city", f"不是地市 not a city: {error.city}")
    if error.missing == (error.accuracy is not None):
        raise BadInput("accuracy", "缺漏与准确率须且只须填一项 give either missing or accuracy")
    if error.accuracy is not None and not 0 <= error.accuracy <= 1:
        raise BadInput("accuracy", "准确率须在 0 与 1 之间 not between 0 and 1")
