"""Who reads which order and release, and what somebody may do with one at this moment (4.3, 2.1.2).

An order is read whole where it was issued and above; an addressee and those below it read its words and what concerns
themselves, never what another bank has said. A release that is out is everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hecha.command import release as releases
from hecha.command.addressees import Addressee
from hecha.command.effect import unfit
from hecha.command.order import Now, Order, Phase, Undo, Word
from hecha.command.release import Authority, Release
from hecha.flow.command.asking import Asking
from hecha.flow.command.asking_orders import mine, release_authority
from hecha.flow.command.standing import now_of
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import OutletId, UnitId
from hecha.network.model import Network
from hecha.organization.permission import Verdict
from hecha.organization.sight import Sight
from hecha.organization.units import bank_of
from hecha.plan.posts import Act as May


@dataclass(frozen=True, slots=True)
class Eyes:
    """`issued`: units whose orders are read whole, None: all. `taken`: addressees for which one is read."""

    issued: frozenset[str] | None
    taken: frozenset[str]


def eyes(asking: Asking) -> Eyes:
    """The sets that lists put into their query, of the same rule that one order is asked by."""
    units, unit, at = asking.organization.units, asking.unit, asking.at
    taken = frozenset({str(unit), *map(str, units.above(unit, at))})
    if Sight(asking.book.network, asking.principal).everything:
        return Eyes(None, taken)
    branches = (one for one in units.central(at) if units.is_below(one, unit, at))
    return Eyes(frozenset(map(str, branches)), taken)


def sees_whole(asking: Asking, order: Order) -> bool:
    """Whether somebody reads all of it: who issued it and those above."""
    everything = Sight(asking.book.network, asking.principal).everything
    return everything or asking.organization.units.is_below(UnitId(order.unit), asking.unit, asking.at)


def reduced(asking: Asking, order: Order) -> Order:
    """The order as somebody reads it who did not issue it."""
    if sees_whole(asking, order):
        return order
    units, here, at = asking.organization.units, asking.unit, asking.at
    own = {here, *units.above(here, at)}
    kept = tuple(one for one in order.addressees if one.unit in own or units.is_below(UnitId(one.unit), here, at))
    keys, named = {one.key for one in kept}, {one.unit for one in kept if not one.post}

    def told(words: tuple[Word, ...]) -> tuple[Word, ...]:
        return tuple(one for one in words if one.unit in named)

    return replace(
        order,
        addressees=kept,
        receipts={key: one for key, one in order.receipts.items() if key in keys},
        progress=told(order.progress),
        problems=told(order.problems),
        summaries=(),
        undo=tuple(one for one in order.undo if one.key in keys),
        banks=_banks(asking.book.network, here, order.banks),
    )


def _banks(network: Network, unit: UnitId, banks: tuple[str, ...]) -> tuple[str, ...]:
    """Of the banks concerned a bank reads its own only."""
    outlet = network.outlets.get(OutletId(unit.removeprefix("outlet/")))
    own = outlet.bank if outlet is not None else bank_of(unit)
    return banks if own is None else tuple(one for one in banks if one == own)


@dataclass(frozen=True, slots=True)
class OrderMay:
    """What a person may do with an order now. `publish`: the verdict, of a draft of the own unit."""

    draft: bool = False
    publish: Verdict | None = None
    receive: tuple[Addressee, ...] = ()
    telephone: bool = False
    report: tuple[Addressee, ...] = ()  # progress and problems, for these addressees
    adjust_business: bool = False
    adjust_technical: bool = False
    summarise: bool = False
    undo: tuple[Undo, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """The same as words of the API's routes."""
        words: Mapping[str, object] = {
            "text": self.draft,
            "drop": self.draft,
            "publication": self.publish is not None and self.publish.allowed,
            "receipt": self.receive,
            "telephone-receipt": self.telephone,
            "progress": self.report,
            "problem": self.report,
            "adjustment": self.adjust_business or self.adjust_technical,
            "summary": self.summarise,
            "undone": self.undo,
        }
        return tuple(word for word, allowed in words.items() if allowed)


def order_may(asking: Asking, order: Order) -> OrderMay:
    """What the person may do, as posts and the order's phase allow; each refusal has its words when it is tried."""
    own = order.unit == asking.unit
    if order.phase is Phase.DRAFTED:
        verdict = asking.organization.may(asking.principal, May.PUBLISH_ORDER, asking.unit, asking.at)
        return OrderMay(draft=own and asking.may(May.DRAFT_ORDER), publish=verdict if own else None)
    if not order.is_live:
        return OrderMay()
    here = mine(asking, order)
    report = tuple(one for one in here if one.post or asking.may(May.PROGRESS))
    keys = {one.key for one in report}
    return OrderMay(
        receive=tuple(one for one in here if one.key not in order.receipts and (one.post or asking.may(May.RECEIPT))),
        telephone=own and bool(order.waiting) and asking.may(May.RECORD_EXTERNAL),
        report=report,
        adjust_business=own and asking.may(May.ADJUST_BUSINESS),
        adjust_technical=own and asking.may(May.ADJUST_TECHNICAL),
        summarise=own and asking.may(May.OFFICE_SUMMARY),
        undo=tuple(one for one in order.undo if one.key in keys and one.done is None),
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether it has effect. `why`: a word of WHY, of a draft for which it would have none if it were published now.

    `now`: era, latest sequence and who decides, as the incident stands."""

    why: str
    now: Now


def effect_of(asking: Asking, order: Order) -> Effect:
    """How an order stands to its incident at this moment."""
    now = now_of(asking.book, order, asking.at)
    if order.phase is Phase.DRAFTED:
        return Effect(unfit(order, now), now)
    return Effect(order.refused, now)


@dataclass(frozen=True, slots=True)
class ReleaseMay:
    """What a person may do with a release now; the verdicts say by which clause, or why not."""

    draft: bool = False
    approve: Verdict | None = None
    publish: Verdict | None = None


def sees_release(asking: Asking, one: Release) -> bool:
    """What is out is everybody's; a draft is read by its unit and those above."""
    if one.phase is releases.Phase.PUBLISHED or Sight(asking.book.network, asking.principal).everything:
        return True
    return asking.organization.units.is_below(UnitId(one.unit), asking.unit, asking.at)


def release_may(asking: Asking, one: Release) -> ReleaseMay:
    if one.unit != asking.unit or one.closed is not None:
        return ReleaseMay()

    def verdict(act: May) -> Verdict:
        return asking.organization.may(asking.principal, act, asking.unit, asking.at)

    return ReleaseMay(
        draft=asking.may(May.DRAFT_RELEASE),
        approve=verdict(May.APPROVE_RELEASE) if one.phase is releases.Phase.DRAFTED else None,
        publish=verdict(May.PUBLISH_RELEASE) if one.phase is releases.Phase.APPROVED else None,
    )


def authority_of(asking: Asking, one: Release) -> Authority:
    """Whose release it is at the present grade, with the clause."""
    return release_authority(asking, one.incident)


def may_draft_release(asking: Asking) -> bool:
    return asking.may(May.DRAFT_RELEASE)


def may_record_release(asking: Asking) -> bool:
    return asking.may(May.RECORD_EXTERNAL)


def require_order(asking: Asking, name: str) -> Order:
    """The order, as far as the person reads it. Raises NotThere, whether it does not exist or is not theirs."""
    found: Order | None = asking.book.state("order", name)
    sees = eyes(asking)
    if found is None or not reads(sees, found):
        raise NotThere("没有这道命令，或不在您的权限之内。请从命令列表进入")
    return found


def reads(sees: Eyes, order: Order) -> bool:
    if sees.issued is None or order.unit in sees.issued:
        return True
    return any(one.unit in sees.taken for one in order.addressees)


def require_release(asking: Asking, name: str) -> Release:
    """Raises NotThere, whether it does not exist or is not theirs."""
    found: Release | None = asking.book.state("release", name)
    if found is None or not sees_release(asking, found):
        raise NotThere("没有这条信息，或不在您的权限之内。请从信息发布列表进入")
    return found
