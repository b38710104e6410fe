"""What each person may see and do: the own institution and below; shared components for everyone.

Every user sees the state and the estimate of what all share (fronts, channels, lines of cities and counties, relay,
police source), so that "is it only us?" can be answered; nobody sees another bank's data.
A right is always asked here, and a refusal names the reason and the way out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hecha.kernel.errors import NotThere, Refused
from hecha.kernel.ids import AreaCode, BankId, ComponentId, OutletId
from hecha.organization.places import Places
from hecha.organization.principal import Principal, Role
from hecha.organization.units import HEAD_OFFICE, bank_of


class Right(StrEnum):
    """What a person may do."""

    VERIFY = "verify"  # 办理核查、登记、委托
    BATCH = "batch"  # 批量核查
    ACCEPT = "accept"  # 接受他人委托并代为核查
    SETTLE = "settle"  # 处理补核后不一致的结果
    DECLARE = "declare"  # 申报中断
    DATA_ERROR = "data_error"  # 记录数据严重误差的认定
    ESTIMATE = "estimate"  # 填报预计恢复时间
    MAINTENANCE = "maintenance"  # 登记维护计划
    WILL_EXCEED = "will_exceed"  # 认定将超过8小时
    AUDIT = "audit"  # 查阅台账
    AGREE = "agree"  # 约定受托机构
    JUDGE = "judge"  # 记录领导小组对1.4.1(1)、(2)的认定


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.VERIFY, Right.BATCH, Right.ACCEPT, Right.SETTLE, Right.DECLARE, Right.AGREE}),
    Role.ENGINEER: frozenset({Right.BATCH, Right.SETTLE, Right.DECLARE, Right.ESTIMATE, Right.AGREE}),
    Role.BRANCH: frozenset(
        {Right.ACCEPT, Right.DECLARE, Right.DATA_ERROR, Right.ESTIMATE, Right.MAINTENANCE, Right.WILL_EXCEED}
        | {Right.JUDGE, Right.AUDIT}
    ),
    Role.LEADER: frozenset({Right.DECLARE, Right.DATA_ERROR, Right.ESTIMATE, Right.MAINTENANCE, Right.WILL_EXCEED})
    | {Right.JUDGE, Right.AUDIT},
    Role.AUDITOR: frozenset({Right.AUDIT}),
}
_PROVINCE_ONLY = frozenset({Right.DATA_ERROR, Right.JUDGE, Right.AUDIT})

_REASONS: dict[Right, tuple[str, str, str]] = {
    Right.VERIFY: ("1.3", "只有网点柜员可以办理核查", "请用网点柜员账号登录"),
    Right.BATCH: ("1.3", "只有银行机构可以批量核查", "请由银行机构的柜员或技术人员办理"),
    Right.ACCEPT: ("5.1.1(1)", "只有网点柜员和人民银行分支机构工作人员可以接受委托", "请转给能够核查的机构"),
    Right.SETTLE: ("5.1.1(3)", "补核结果由办理业务的银行机构处理", "请由该银行机构处理"),
    Right.DECLARE: ("3.2.3", "审计员不能申报中断", "请由发现中断的机构申报"),
    Right.DATA_ERROR: (
        "1.4.2.1(2)",
        "数据严重误差由人民银行总行或公安部门认定，省级分支机构记录",
        "请把线索报告省级分支机构",
    ),
    Right.ESTIMATE: ("4.1.1(4)", "预计恢复时间由部件的所有者填报", "请联系该部件的所有者"),
    Right.MAINTENANCE: ("3.1.3", "维护计划由主管分支机构或总行登记", "请把维护计划报当地分支机构"),
    Right.WILL_EXCEED: ("1.4.1(3)", "将超过8小时由领导小组认定", "请报告本单位领导小组"),
    Right.AUDIT: ("5.4", "台账由省级和总行的审计员、领导小组和工作人员查阅", "请联系省级审计员"),
    Right.AGREE: ("5.1.1(1)", "受托机构由银行机构的技术人员约定", "请联系本机构的技术人员"),
    Right.JUDGE: ("1.4.1(1)", "这项认定由省级领导小组作出并记录", "请报告省级领导小组"),
}


_OWN = ("bank/", "outlet/", "way/", "ways/", "declared/")


def is_shared(component: ComponentId) -> bool:
    """Shared components are everyone's: all but a bank's core, an outlet's line, terminal and ways, and what was
    declared of outlets."""
    return not component.startswith(_OWN)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of one network, and may do in it."""

    network: Places
    principal: Principal

    # what is seen

    @property
    def everything(self) -> bool:
        """Head office and the province's own branch see the whole network."""
        unit = self.principal.unit
        return unit == HEAD_OFFICE or (unit.startswith("pbc/") and self._is_province(self._area))

    @property
    def bank(self) -> BankId | None:
        """The bank the person belongs to, if any."""
        kind, _, key = self.principal.unit.partition("/")
        if kind == "outlet" and key in self.network.outlets:
            return self.network.outlets[OutletId(key)].bank
        return bank_of(self.principal.unit)

    def sees_outlet(self, outlet: OutletId) -> bool:
        """The own one, those of the own bank or of its branch (not for clerks), or those in the own area."""
        if outlet not in self.network.outlets:
            return False
        if self.principal.unit.startswith("outlet/"):
            return self.principal.unit == f"outlet/{outlet}"
        if self.principal.unit.startswith("bank/"):
            own = self.network.outlets[outlet].bank == self.bank
            return own and (self._area is None or self._is_mine(self.network.outlets[outlet].county))
        return self.sees_area(self.network.outlets[outlet].county)

    def sees_bank(self, bank: BankId) -> bool:
        """The own bank; all banks for the central bank's people of the province (their outlets as the area allows)."""
        return bank in self.network.banks and (self.bank == bank or self.everything)

    def sees_area(self, area: AreaCode) -> bool:
        """Whether all outlets of an area are seen: central-bank people in their own area and below."""
        return self.everything or (self.bank is None and self._is_mine(area))

    def meets(self, areas: Iterable[AreaCode]) -> bool:
        """Whether the own area, or the own outlet's, holds one of these or lies in one. A whole bank lies in all."""
        own = self._place
        return own is None or any(self._lies_in(area, own) or self._lies_in(own, area) for area in areas)

    def sees_component(self, component: ComponentId) -> bool:
        """What was declared is seen through its outlets (`hecha.flow.seen`); its name alone tells nothing."""
        if is_shared(component) or self.everything:
            return True
        kind, key, *_ = component.removeprefix("ways/").split("/")
        if kind in ("city", "county"):
            return self.sees_area(AreaCode(key))
        return self.sees_bank(BankId(key)) if kind == "bank" else self.sees_outlet(OutletId(key))

    # what may be done

    def may(self, right: Right) -> bool:
        if right in _PROVINCE_ONLY and not self.everything:
            return False
        if right is Right.MAINTENANCE and not self.principal.unit.startswith(("pbc/", HEAD_OFFICE)):
            return False  # a bank's group leads its bank; planned work is for the branch to enter
        if right is Right.AGREE and self.principal.unit.startswith("outlet/"):
            return False  # a bank agrees, not a counter; the bank's own token does
        return right in _RIGHTS[self.principal.role]

    def may_estimate(self, component: ComponentId) -> bool:
        """Banks for their own components, the central bank for what lies in its area; the province for the rest."""
        if not self.may(Right.ESTIMATE):
            return False
        if not is_shared(component):
            return self.sees_component(component)
        kind, _, rest = component.partition("/")
        if kind in ("city", "county"):
            return self.sees_area(AreaCode(rest.split("/")[0]))
        return self.everything

    def require(self, right: Right) -> None:
        """Raises Refused with reason and way out."""
        if not self.may(right):
            raise Refused(*_REASONS[right])

    def require_outlet(self, outlet: OutletId) -> None:
        """Raises NotThere: whether it does not exist or is another's is not told."""
        if not self.sees_outlet(outlet):
            raise NotThere("没有这个网点，或不在您的权限之内。请核对网点号")

    def require_bank(self, bank: BankId) -> None:
        """Raises NotThere, as above."""
        if not self.sees_bank(bank):
            raise NotThere("没有这家银行机构，或不在您的权限之内。请核对行号")

    def require_estimate(self, component: ComponentId) -> None:
        """Raises Refused unless the person may estimate this component's recovery."""
        if not self.may_estimate(component):
            raise Refused(*_REASONS[Right.ESTIMATE])

    @property
    def _area(self) -> AreaCode | None:
        """The area of a branch, of the central bank or of a bank."""
        kind, _, key = self.principal.unit.partition("/")
        area = key if kind == "pbc" else key.partition("/")[2] if kind == "bank" else ""
        return AreaCode(area) if area else None

    @property
    def _place(self) -> AreaCode | None:
        kind, _, key = self.principal.unit.partition("/")
        if kind == "outlet" and key in self.network.outlets:
            return self.network.outlets[OutletId(key)].county
        return self._area

    def _is_mine(self, area: AreaCode) -> bool:
        """Whether an area is the own one or lies in it."""
        return self._area is not None and self._lies_in(area, self._area)

    def _lies_in(self, area: AreaCode, other: AreaCode) -> bool:
        here = self.network.areas.get(area)
        while here is not None:  # bounded: areas form a tree of three levels
            if here.code == other:
                return True
            here = self.network.areas.get(here.parent) if here.parent else None
        return False

    def _is_province(self, area: AreaCode | None) -> bool:
        return area is not None and area in self.network.areas and self.network.areas[area].kind == "province"
