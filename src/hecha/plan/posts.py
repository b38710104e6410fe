"""What a plan says of the organisation (chapter 2): which posts a unit must have, who may do what, local names.

rules.posts                               every prescribed post
rules.department_zh("settlement", …)      会计财务科, where the plan says so
rules.who_may(Act.DECIDE, level)          the lines of the table that speak of it
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hecha.kernel.ids import ClauseId, UnitId


class UnitLevel(StrEnum):
    """Where a unit stands. A bank's branches are told by the area they stand for."""

    HEAD_OFFICE = "head_office"  # 人民银行总行
    PROVINCE = "province"  # 省级分支机构
    CITY = "city"  # 市中心支行
    COUNTY = "county"  # 县（市）支行
    BANK = "bank"  # 银行机构在省内的最高机构
    BANK_CITY = "bank_city"  # 银行机构的市级分支
    BANK_COUNTY = "bank_county"  # 银行机构的县级分支
    OUTLET = "outlet"  # 网点


class Body(StrEnum):
    """What a post belongs to."""

    GROUP = "group"  # 领导小组
    OFFICE = "office"  # 领导小组办公室


class SeatRole(StrEnum):
    """组长、副组长、成员; in an office 主任、副主任、成员."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


class Department(StrEnum):
    """The departments that the regulation names; each unit may call them otherwise."""

    LEADERSHIP = "leadership"  # 行领导
    SETTLEMENT = "settlement"  # 支付结算
    TECHNOLOGY = "technology"  # 科技
    CREDIT = "credit"  # 征信管理；银行机构为信贷
    PERSONAL_FINANCE = "personal_finance"  # 个人金融 (银行机构)


class Act(StrEnum):
    """What somebody does in the procedure, on behalf of a unit."""

    FIND = "find"  # 发现后报告本单位
    COLLECT_ANOMALY = "collect_anomaly"  # 收集系统运行异常信息
    COLLECT_EXTERNAL = "collect_external"  # 收集外部事件信息
    ASSESS_WARNING = "assess_warning"  # 分析、评估预警信息
    NOTIFY_WARNING = "notify_warning"  # 通知有关单位做好准备
    OPEN_INCIDENT = "open_incident"  # 立案
    STATE_GRADE = "state_grade"  # 提出等级
    REPORT = "report"  # 向上级和当地分支机构报告
    CONVENE = "convene"  # 召开领导小组会议
    DECIDE = "decide"  # 决策
    CONSENT = "consent"  # 作为第二人同意
    COMMAND = "command"  # 统一指挥
    FIRST_HANDLING = "first_handling"  # 先期处置
    DRAFT_ORDER = "draft_order"  # 起草命令
    PUBLISH_ORDER = "publish_order"  # 代为发布命令
    RECEIPT = "receipt"  # 签收命令
    PROGRESS = "progress"  # 报告执行进展
    ADJUST_BUSINESS = "adjust_business"  # 调整业务应急处置办法
    ADJUST_TECHNICAL = "adjust_technical"  # 调整技术应急处置办法
    OFFICE_SUMMARY = "office_summary"  # 汇总、整理上报信息
    DRAFT_RELEASE = "draft_release"  # 起草信息发布稿
    APPROVE_RELEASE = "approve_release"  # 批准信息发布
    PUBLISH_RELEASE = "publish_release"  # 代为发布信息
    CONFIRM_RECOVERY = "confirm_recovery"  # 确认恢复
    CLOSE = "close"  # 结案
    EVALUATE = "evaluate"  # 评估和改进
    RECORD_EXTERNAL = "record_external"  # 登记系统外单位（如总行）的答复和命令
    KEEP_ORGANIZATION = "keep_organization"  # 维护机构、岗位、人员和电话


class Reach(StrEnum):
    """For which units somebody may do it."""

    OWN = "own"  # the own unit only
    AREA = "area"  # the own unit and all that lies in its area or below it


STAFF = "staff"
"""Anybody who belongs to the unit, with or without a post."""
POST_WORDS = (
    *(f"{body}" for body in Body),
    *(f"{body}/{role}" for body in Body for role in SeatRole),
    *(department for department in Department if department is not Department.LEADERSHIP),
    STAFF,
)
"""How a table names who may: a body, a seat in it, a department's people, or staff."""


@dataclass(frozen=True, slots=True)
class PostRule:
    """One prescribed post of the units of some levels: 组长由分管支付结算的行领导担任. `zh` says who takes it."""

    clause: ClauseId
    levels: frozenset[UnitLevel]
    body: Body
    role: SeatRole
    department: Department
    zh: str


@dataclass(frozen=True, slots=True)
class DepartmentName:
    """What a department is called: at some levels, or (before that) in single units."""

    department: Department
    zh: str
    levels: frozenset[UnitLevel] = frozenset()
    units: frozenset[UnitId] = frozenset()


@dataclass(frozen=True, slots=True)
class ActRule:
    """Who may do something, at some levels: any of `who`; `standing_in` may when those cannot, and it is said so."""

    clause: ClauseId
    act: Act
    levels: frozenset[UnitLevel]
    who: tuple[str, ...]
    standing_in: tuple[str, ...] = ()
    reach: Reach = Reach.OWN


@dataclass(frozen=True, slots=True)
class OrganizationRules:
    """All of it. `small`: levels at which one person may hold two posts (a note there, a fault elsewhere)."""

    posts: tuple[PostRule, ...] = ()
    departments: tuple[DepartmentName, ...] = ()
    acts: tuple[ActRule, ...] = ()
    small: frozenset[UnitLevel] = frozenset()
    small_clause: ClauseId | None = None

    def prescribed(self, level: UnitLevel) -> tuple[PostRule, ...]:
        """The posts that a unit of this level must have."""
        return tuple(rule for rule in self.posts if level in rule.levels)

    def who_may(self, act: Act, level: UnitLevel) -> tuple[ActRule, ...]:
        """The lines of the table that speak of an act at a level; none: nobody may there."""
        return tuple(rule for rule in self.acts if rule.act is act and level in rule.levels)

    def department_zh(self, department: Department, level: UnitLevel, unit: UnitId) -> str:
        """What this unit calls a department; its word where the plan gives no name."""
        return next((one.zh for one in _by_nearness(self.departments, level, unit) if one.department is department), "")


def _by_nearness(names: Iterable[DepartmentName], level: UnitLevel, unit: UnitId) -> list[DepartmentName]:
    """A unit's own name before that of its level."""
    fitting = [one for one in names if unit in one.units or (not one.units and level in one.levels)]
    return sorted(fitting, key=lambda one: unit not in one.units)
