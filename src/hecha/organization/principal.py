"""Who is acting: an account, a role and the unit it belongs to (机构与岗位)."""

from dataclasses import dataclass
from enum import StrEnum

from hecha.kernel.ids import OutletId, UnitId


class Role(StrEnum):
    """What a person does here."""

    CLERK = "clerk"  # 柜员
    ENGINEER = "engineer"  # 银行机构技术人员
    BRANCH = "branch"  # 人民银行分支机构工作人员
    LEADER = "leader"  # 领导小组成员
    AUDITOR = "auditor"  # 审计员：只看不改


@dataclass(frozen=True, slots=True)
class Principal:
    """`unit` is `outlet/<id>`, `bank/<id>`, `bank/<id>/<area>`, `pbc/<area>` or `head_office`; `outlet` is set for
    those at a counter."""

    account: str
    name: str
    role: Role
    unit: UnitId
    outlet: OutletId | None = None
