"""What an end order has taken back (4.3.1(7)): delegations, operators, switched modes and routes, by addressee."""

from collections.abc import Iterable, Iterator

from hecha.command.addressees import Addressee
from hecha.command.order import Measure, Undo

DELEGATE, SWITCH, OTHER = "5.1.1(1)", "5.1.1(2)", "5.1.1(3)"
DELEGATIONS = "delegations"  # 撤回委托、停止受托
MODES = "modes"  # 改回原来的核查方式
OPERATORS = "operators"  # 收回临时增加的操作员、权限
ROUTES = "routes"  # 前置、通道切回
EXCEPTIONS = "exceptions"  # 例外采用的措施停用


def undoing(addressees: Iterable[Addressee], measures: Iterable[Measure]) -> tuple[Undo, ...]:
    """What each addressee of an end order must take back, by the ways that the start order prescribed."""
    listed = tuple(measures)
    ways = {way for one in listed for way in one.use}
    return tuple(Undo(one.key, what) for one in addressees for what in _of(one, ways, listed))


def _of(one: Addressee, ways: set[str], measures: tuple[Measure, ...]) -> Iterator[str]:
    if one.post == "technology":
        yield ROUTES
    if not one.unit.startswith("bank/"):
        return
    if DELEGATE in ways:
        yield DELEGATIONS
    if SWITCH in ways:
        yield MODES
    yield OPERATORS
    if any(measure.exception for measure in measures):
        yield EXCEPTIONS
