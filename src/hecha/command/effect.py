"""Whether an order takes effect when it is published: authority, era, sequence, what is in force, recovery.

An order that does not is recorded as refused, with the reason; the one in force stays (readings, procedure table).
"""

from collections.abc import Mapping

from hecha.command.order import Kind, Now, Order

WHY: Mapping[str, tuple[str, str]] = {
    "no_resolution": ("4.2.1(1)", "没有本组就这件事作出的有效决策 no valid resolution of the group stands behind it"),
    "not_decider": ("4.2.1(1)", "发布时已不由本级决策 the group does not decide on it at this moment"),
    "stale": (
        "4.2.1(1)",
        "等级或决策的小组已经变了，或已有更新的命令 the grade, the decider or a later order overtook it",
    ),
    "conflict": ("4.3", "上级小组的命令正在执行 an order of a higher group is in force"),
    "not_recovered": ("4.3.1(7)", "尚未确认恢复，不能结束 recovery is not confirmed"),
    "nothing_to_end": ("4.3.1(7)", "没有执行中的命令可以结束 no order is in force"),
    "over": ("4.3", "事件已经结束 the incident is over"),
}
"""Why one did not take effect: clause and words."""


def unfit(order: Order, now: Now) -> str:
    """The first reason of WHY for which it cannot take effect; "" when it can."""
    if now.over:
        return "over"
    if not _stands(order, now):
        return "no_resolution"
    if order.epoch != now.epoch or order.sequence <= now.latest:
        return "stale"
    if order.group != now.decider and not now.keeps_command:
        return "not_decider"
    if now.in_force is not None and now.in_force.rank > now.rank:
        return "conflict"
    return _unfit_end(order, now) if order.kind is Kind.END else ""


def _stands(order: Order, now: Now) -> bool:
    """On a taken resolution of the same group, for what the order does."""
    basis = now.basis
    if basis is None or not basis.taken or basis.id != order.resolution or basis.unit != order.group:
        return False
    return basis.kind == order.kind.value or (order.kind is Kind.START and basis.kind == "exception")


def _unfit_end(order: Order, now: Now) -> str:
    if now.in_force is None:
        return "nothing_to_end"
    return "" if now.recovered else "not_recovered"
