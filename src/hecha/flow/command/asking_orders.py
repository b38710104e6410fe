"""What people ask for in commanding (4.3, 2.1.2.1(4)-(5)): drafts, publication, receipts, releases, shifts."""

from collections.abc import Iterable
from datetime import datetime

from hecha.command import order as orders
from hecha.command import release as releases
from hecha.command.addressees import Addressee
from hecha.command.order import Order
from hecha.command.release import Authority, Release
from hecha.decision import handover
from hecha.flow.command.asking import Asking
from hecha.flow.command.publication import publication
from hecha.flow.command.standing import decides_now, level_zh
from hecha.flow.life import Act
from hecha.kernel.duties import Duty
from hecha.kernel.errors import NotThere, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Role
from hecha.organization.units import HEAD_OFFICE
from hecha.plan.posts import Act as May

RELEASE_CLAUSES = {"province": "2.1.2.1(5)", "head_office": "4.2.1(1)"}
LOWER_RELEASE_CLAUSE = "2.1.2.3(5)"


# --- orders ------------------------------------------------------------------------------------------------------


def redrafted(asking: Asking, *, name: str, text: str) -> Act:
    _drafts(asking, name)
    return Act("order", name, orders.Redraft(asking.at, asking.principal.account, text))


def dropped(asking: Asking, *, name: str, reason: str) -> Act:
    _drafts(asking, name)
    return Act("order", name, orders.Drop(asking.at, asking.principal.account, reason))


def published(asking: Asking, *, name: str) -> Act:
    """The settlement department publishes on the group's behalf; whether it takes effect is looked up now."""
    order = _order(asking, name)
    _require_own(asking, order.unit)
    asking.require(May.PUBLISH_ORDER)
    who = asking.principal
    return Act("order", name, publication(asking.book, order, asking.at, who.account, who.name))


def received(asking: Asking, *, name: str, key: str = "") -> Act:
    """A named person of the addressee acknowledges. `key`: which addressee, where the person has several."""
    order = _order(asking, name)
    one = _mine(asking, order, key)
    _require_post(asking, one, May.RECEIPT)
    who = asking.principal
    return Act("order", name, orders.Receive(asking.at, who.account, who.name, one.key))


def received_by_telephone(asking: Asking, *, name: str, key: str, person: str, number: str, read_back: str) -> Act:
    """The issuing office enters what an addressee read back on the telephone."""
    order = _order(asking, name)
    _require_own(asking, order.unit)
    asking.require(May.RECORD_EXTERNAL)
    by = asking.principal.account
    return Act("order", name, orders.Receive(asking.at, by, person, key, "telephone", number, read_back))


def progressed(asking: Asking, *, name: str, text: str, key: str = "") -> Act:
    one = _reporting(asking, name, key)
    return Act("order", name, orders.Progress(asking.at, asking.principal.account, one.key, text))


def problem(asking: Asking, *, name: str, text: str, suggestion: str = "", key: str = "") -> Act:
    """A problem in carrying it out, with a suggestion if there is one (4.3.1(4), (5))."""
    one = _reporting(asking, name, key)
    return Act("order", name, orders.Problem(asking.at, asking.principal.account, one.key, text, suggestion))


def adjusted(asking: Asking, *, name: str, what: str, text: str) -> Act:
    """The owning department adjusts: `what` is business (settlement, credit) or technical (technology)."""
    order = _order(asking, name)
    _require_own(asking, order.unit)
    verdict = asking.require(May.ADJUST_TECHNICAL if what == "technical" else May.ADJUST_BUSINESS)
    return Act("order", name, orders.Adjust(asking.at, asking.principal.account, verdict.post, text))


def summarised(asking: Asking, *, name: str, text: str) -> Act:
    order = _order(asking, name)
    _require_own(asking, order.unit)
    asking.require(May.OFFICE_SUMMARY)
    return Act("order", name, orders.Summarise(asking.at, asking.principal.account, text))


def undone(asking: Asking, *, name: str, what: str, key: str = "") -> Act:
    """Something temporary has been taken back, as the end order asks."""
    one = _reporting(asking, name, key)
    return Act("order", name, orders.Undone(asking.at, asking.principal.account, one.key, what))


def mine(asking: Asking, order: Order) -> tuple[Addressee, ...]:
    """The addressees for which the person may acknowledge: their unit, or their department in the issuing unit."""
    posts = asking.organization.posts_of(asking.principal, asking.unit, at=asking.at)
    own = (one for one in order.addressees if one.unit == asking.unit)
    return tuple(one for one in own if not one.post or one.post in posts)


def _mine(asking: Asking, order: Order, key: str) -> Addressee:
    found = [one for one in mine(asking, order) if key in ("", one.key)]
    if not found:
        raise Refused(
            order.clause,
            "只有受令单位自己可以签收和报告 only an addressee itself acknowledges and reports",
            "请由该单位的人员登录，或由下令单位的办公室电话代录 sign in there, or let the issuing office enter a call",
        )
    waiting = [one for one in found if one.key not in order.receipts]
    return (waiting or found)[0]


def _reporting(asking: Asking, name: str, key: str) -> Addressee:
    one = _mine(asking, _order(asking, name), key)
    _require_post(asking, one, May.PROGRESS)
    return one


def _require_post(asking: Asking, one: Addressee, act: May) -> None:
    """A department's people act for it; a unit's group or office for the unit."""
    if not one.post:
        asking.require(act)


def _drafts(asking: Asking, name: str) -> None:
    _require_own(asking, _order(asking, name).unit)
    asking.require(May.DRAFT_ORDER)


def _order(asking: Asking, name: str) -> Order:
    found: Order | None = asking.book.state("order", name)
    if found is None or not sees_order(asking, found):
        raise NotThere("没有这道命令，或不在您的权限之内 no such order")
    return found


def sees_order(asking: Asking, order: Order) -> bool:
    """The issuing unit and those above it; once it is published, its addressees and those below them."""
    units, unit = asking.organization.units, asking.unit
    if units.is_below(UnitId(order.unit), unit, asking.at):
        return True
    above = {unit, *units.above(unit, asking.at)}
    return any(one.unit in above for one in order.addressees)


def _require_own(asking: Asking, unit: str) -> None:
    if unit != asking.unit:
        raise Refused("2.1.2", "这由下令的单位办理 this is for the issuing unit", "请转给该单位 hand it to that unit")


# --- releases ----------------------------------------------------------------------------------------------------


def release_authority(asking: Asking, incident: str) -> Authority:
    """Whose release it is at the present grade: the local group's, the province's, head office's."""
    found = asking.incident(incident)
    decides = decides_now(asking.book, found, asking.at)
    clause = RELEASE_CLAUSES.get(decides.who, LOWER_RELEASE_CLAUSE)
    return Authority(decides.unit, clause, level_zh(asking.plan(found), found.level))


def release_drafted(asking: Asking, *, name: str, incident: str, title: str, text: str, channel: str) -> Act:
    asking.require(May.DRAFT_RELEASE)
    clause = release_authority(asking, incident).clause
    who = asking.principal.account
    command = releases.Draft(name, incident, asking.unit, title, text, channel, asking.at, who, clause)
    return Act("release", name, command)


def release_redrafted(asking: Asking, *, name: str, title: str, text: str, channel: str) -> Act:
    _release(asking, name)
    asking.require(May.DRAFT_RELEASE)
    return Act("release", name, releases.Redraft(asking.at, asking.principal.account, title, text, channel))


def release_approved(asking: Asking, *, name: str) -> Act:
    found = _release(asking, name)
    asking.require(May.APPROVE_RELEASE)
    who, authority = asking.principal, release_authority(asking, found.incident)
    return Act("release", name, releases.Approve(asking.at, who.account, who.name, authority))


def release_published(asking: Asking, *, name: str) -> Act:
    found = _release(asking, name)
    asking.require(May.PUBLISH_RELEASE)
    who, authority = asking.principal, release_authority(asking, found.incident)
    return Act("release", name, releases.Publish(asking.at, who.account, who.name, authority))


def release_recorded(
    asking: Asking,
    *,
    name: str,
    incident: str,
    title: str,
    text: str,
    channel: str,
    number: str,
    receiver: str,
    released: datetime,
) -> Act:
    """What head office released, as it came from outside."""
    asking.require(May.RECORD_EXTERNAL)
    authority = release_authority(asking, incident)
    if authority.unit != HEAD_OFFICE:
        raise Refused(
            authority.clause,
            "这一级事件的信息由省内发布 at this grade the release is made here",
            "请起草后审签发布 draft, approve and publish it",
        )
    who = asking.principal.account
    command = releases.Record(
        name, incident, asking.unit, title, text, channel, asking.at, who, authority.clause, number, receiver, released
    )
    return Act("release", name, command)


def release_dropped(asking: Asking, *, name: str, reason: str) -> Act:
    _release(asking, name)
    asking.require(May.DRAFT_RELEASE)
    return Act("release", name, releases.Drop(asking.at, asking.principal.account, reason))


def _release(asking: Asking, name: str) -> Release:
    found = asking.own("release", name)
    assert isinstance(found, Release)
    return found


# --- shifts ------------------------------------------------------------------------------------------------------


def shift_offered(asking: Asking, *, name: str, taker: str, notes: str, open_: Iterable[Duty]) -> Act:
    """Hand the shift over, with what the unit owes at this moment."""
    _require_on_duty(asking)
    who = asking.principal
    owed = tuple(handover.Open(one.what, one.subject, one.incident, one.due) for one in open_)
    command = handover.Offer(name, asking.unit, asking.at, who.account, who.name, taker, notes, owed)
    return Act("handover", name, command)


def shift_taken(asking: Asking, *, name: str, remark: str = "") -> Act:
    _require_on_duty(asking)
    asking.own("handover", name)
    who = asking.principal
    return Act("handover", name, handover.Take(asking.at, who.account, who.name, asking.unit, remark))


def shift_withdrawn(asking: Asking, *, name: str, reason: str) -> Act:
    _require_on_duty(asking)
    asking.own("handover", name)
    return Act("handover", name, handover.Withdraw(asking.at, asking.principal.account, reason))


def _require_on_duty(asking: Asking) -> None:
    """Staff of a branch or a bank; auditors look, and counters have no shifts of this kind."""
    if asking.principal.role in (Role.AUDITOR, Role.CLERK):
        raise Refused(
            "2.1.2.2(1)", "交接班由值守人员办理 shifts are for those on duty", "请由值守人员登录 let them sign in"
        )
