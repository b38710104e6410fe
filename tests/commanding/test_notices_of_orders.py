"""Orders and their notices are one matter: acknowledging the notice is the receipt, and the receipt ends the notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hecha.edges.clock import MovableClock
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.notify import calls, outbox
from hecha.edges.notify.calls import Call
from hecha.edges.notify.carrier import Carrier
from hecha.edges.notify.channel import MemoryChannel
from hecha.edges.notify.contacts import OrganizationContacts
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.gate import Gate, Standing
from hecha.edges.notify.links import ACKNOWLEDGE, LINK_LASTS, Grant, Links
from hecha.edges.notify.outbox import Message
from hecha.edges.notify.settings import NotifySettings
from hecha.edges.notify.tables import notices
from hecha.edges.procedure.receipts import receipts
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.flow.convey import Way
from hecha.organization.principal import Principal, Role
from tests.commanding.test_command_stories import county_orders
from tests.commanding.town import Town, province, staffed, 甲一县
from tests.detection.town import MORNING

BANK = "bank/X/330201"


class Told(Town):
    """The town, with its outbox and what hangs on it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.procedure.registry._hear = outbox.hear
        self.channel = MemoryChannel(Way.SMS)
        self.post = NoticeDesk(
            self.store,
            self.organization.units,
            OrganizationContacts(lambda: self.organization),
            self.clock,
            Links(self.store.keys),
            NotifySettings({Way.SMS: self.channel}),
            receipts(self.procedure.registry),
        )

    def _announce(self, tx, notice) -> None:
        super()._announce(tx, notice)
        outbox.put(tx, notice)

    def waiting(self, unit: str) -> list[Message]:
        """The orders' notices that a unit must acknowledge."""
        mine = select(*outbox.COLUMNS).where(notices.c.unit == unit, notices.c.what.startswith("order."))
        with self.store.read() as connection:
            found = [outbox.message_of(row) for row in connection.execute(mine.order_by(notices.c.id))]
        return [one for one in found if one.waits]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Told]:
    here = province()
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", fresh_keys())
    yield Told(here, MovableClock(MORNING), store, staffed(here, load_plan("zhejiang")))
    store.close()


async def starts(town: Told) -> None:
    await town.happens(4, ["330201"])
    await county_orders(town)


async def test_pressing_in_the_inbox_is_the_receipt_of_the_order(town: Told) -> None:
    await starts(town)
    (notice,) = town.waiting(BANK)
    assert "order.receipt" in town.owed(BANK)
    await town.post.acknowledge(town.as_(BANK, "leader").principal, notice.id)
    assert town.in_force().receipts[BANK].name == town.as_(BANK, "leader").principal.name
    assert "order.receipt" not in town.owed(BANK)
    assert "notice:message:acknowledged" in town.facts()


async def test_one_press_on_a_telephone_is_too(town: Told) -> None:
    await starts(town)
    (notice,) = town.waiting(BANK)
    leader = f"{BANK.replace('/', '.')}.leader"
    token = town.post.links.make(Grant(notice.id, ACKNOWLEDGE, leader, town.clock() + LINK_LASTS))
    opened_link = await Gate(town.post).press(token, "10.0.0.1", notice.revision)
    assert opened_link.standing is Standing.DONE
    assert town.in_force().receipts[BANK].by == f"link:{leader}"
    assert town.in_force().receipts[BANK].name == town.as_(BANK, "leader").principal.name


async def test_a_call_that_was_read_back_is_a_receipt_by_telephone(town: Told) -> None:
    await starts(town)
    (notice,) = town.waiting(BANK)
    office = town.as_(甲一县, "office").principal
    await calls.tick_off(town.post, office, notice.id, Call("值班员", "0572-1", "reached", "已收悉", "k"))
    receipt = town.in_force().receipts[BANK]
    assert (receipt.how, receipt.name, receipt.read_back) == ("telephone", "值班员", "已收悉")


async def test_a_receipt_on_the_orders_own_page_ends_the_notice(town: Told) -> None:
    await starts(town)
    await town.as_(BANK, "leader").receives()
    assert town.waiting(BANK) == []
    assert calls.call_list(town.post, town.as_(甲一县, "office").principal, "E1").rows != ()


async def test_a_stranger_takes_note_and_receipts_nothing(town: Told) -> None:
    await starts(town)
    (notice,) = town.waiting(BANK)
    await town.post.acknowledge(Principal("new", "新人", Role.ENGINEER, notice.unit), notice.id)
    assert BANK not in town.in_force().receipts


async def test_chasing_is_the_same_message_and_nobody_is_told_twice(town: Told) -> None:
    await starts(town)
    (before,) = town.waiting(BANK)
    await town.passes(minutes=35)
    (after,) = town.waiting(BANK)
    assert town.in_force().chased >= 1
    assert (after.id, after.key) == (before.id, before.key)


async def test_an_order_that_is_over_wakes_nobody(town: Told) -> None:
    await starts(town)
    order = town.in_force().id
    carrier = Carrier(town.post, "http://127.0.0.1:9700")
    await town.recovers()
    await town.as_(甲一县, "leader").proposes("end")
    await town.as_(甲一县, "deputy").consents()
    await town.as_(甲一县, "settlement").publishes()
    assert [one.what for one in town.waiting(BANK)] == ["order.end"]
    assert all(one.subject != order for one in town.waiting(BANK))
    while await carrier.once():
        pass
    carrier.close()
