"""The carrier as stories: channels that fail, drop, lie, limit and stall; a notice always ends with a person."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.edges.jobs import leases
from hecha.edges.notify import log, outbox
from hecha.edges.notify.channel import DINGTALK_PER_MINUTE, Failed, MemoryChannel, Sent, Why
from hecha.edges.notify.contacts import masked
from hecha.edges.notify.outbox import ACKNOWLEDGED, OPEN, UNANSWERED
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.flow.convey import ABOVE_AFTER, PATIENCE, TRIES_MAX, Way
from tests.notify.provider import Provider, robot, sms
from tests.notify.town import NEWS, NOON, ORDER, WANG, ZHANG, ZHAO, Town, acknowledge, do, message, put

PATIENT = PATIENCE[True].total_seconds() / 60
ABOVE = ABOVE_AFTER[True].total_seconds() / 60


@pytest.fixture
def provider() -> Iterator[Provider]:
    built = Provider()
    yield built
    built.close()


def test_the_first_person_gets_a_text_message_without_content(store: Store, provider: Provider) -> None:
    town = Town(store, sms(provider.address))
    id = put(store)
    town.works()
    said = json.loads(provider.taken[0]["body"])
    assert said["mobile"] == ZHANG.addresses[Way.SMS]
    text, link = said["content"].split(" ")
    assert text == "您有一条应急通知，请登录查看"
    grant = town.links.read(link.removeprefix("http://127.0.0.1:9700/n/"))
    assert (grant.notice, grant.purpose, grant.person) == (id, "ack", "zhang")
    assert town.log(id) == [("zhang", "sms", 1, "sent", "")]


def test_without_an_answer_the_substitute_is_told_and_then_the_level_above(store: Store) -> None:
    channel = MemoryChannel()
    town = Town(store, channel)
    id = put(store)
    town.passes(minutes=2 * PATIENT + 1)
    told = [ZHANG.addresses[Way.SMS], WANG.addresses[Way.SMS], ZHAO.addresses[Way.SMS]]
    assert [one.to for one in channel.taken.values()] == told
    (urging,) = [one for one in town.live() if one.what == UNANSWERED]
    assert (urging.unit, urging.root, urging.wants_ack) == ("pbc/33", id, True)
    assert message(store, id).waits


def test_an_acknowledgement_ends_all_of_it(store: Store) -> None:
    channel = MemoryChannel()
    town = Town(store, channel)
    id = put(store)
    town.passes(minutes=PATIENT + 1)
    acknowledge(store, id, "wang", town.clock())
    town.passes(minutes=600)
    assert len(channel.taken) == 2
    assert town.live() == []
    assert message(store, id).state == ACKNOWLEDGED


def test_failures_are_tried_again_with_growing_pauses_and_by_other_ways(store: Store, provider: Provider) -> None:
    provider.fates.extend(["fails"] * TRIES_MAX)
    mail = MemoryChannel(Way.MAIL)
    town = Town(store, sms(provider.address), mail)
    id = put(store)
    town.passes(minutes=1.6)
    assert set(town.log(id)) == {
        *(("zhang", "sms", n + 1, "failed", "fault") for n in range(TRIES_MAX)),
        ("zhang", "mail", 1, "sent", ""),
    }
    (one,) = mail.taken.values()
    assert one.title != ""
    assert "较大" not in one.title + one.text  # no content leaves the house


def test_a_robot_that_lies_is_not_believed(store: Store, provider: Provider) -> None:
    provider.fates.append("lies")
    town = Town(store, robot(Way.DINGTALK, provider.address))
    id = put(store)
    town.works()
    assert town.log(id) == [("zhang", "dingtalk", 1, "failed", "refused")]


def test_news_is_told_once_and_nobody_is_urged(store: Store) -> None:
    mail, texts = MemoryChannel(Way.MAIL), MemoryChannel()
    town = Town(store, mail, texts)
    put(store, NEWS, post="office")
    town.passes(minutes=600)
    assert (len(mail.taken), len(texts.taken)) == (1, 0)
    assert [one.what for one in town.live()] == [NEWS.what]


def test_with_all_channels_off_the_call_list_and_the_level_above_remain(store: Store) -> None:
    town = Town(store)
    id = put(store)
    town.passes(minutes=ABOVE - 1)
    assert [one.id for one in town.live()] == [id]
    town.passes(minutes=2)
    assert [one.unit for one in town.live()] == ["pbc/3303", "pbc/33"]
    town.passes(minutes=ABOVE)
    assert [one.unit for one in town.live()] == ["pbc/3303", "pbc/33", "head_office"]
    town.passes(minutes=6000)
    assert len(town.live()) == 3
    assert all(one.waits for one in town.live())


def test_one_line_never_carries_more_than_its_rate(store: Store, provider: Provider) -> None:
    town = Town(store, robot(Way.DINGTALK, provider.address))
    for n in range(50):
        put(store, key=f"order:O{n}:pbc/3303")
    town.works()
    assert len(provider.taken) == DINGTALK_PER_MINUTE
    town.clock.passes(seconds=59)
    town.works()
    assert len(provider.taken) == DINGTALK_PER_MINUTE
    town.passes(minutes=2.1)
    assert len(provider.taken) == 50


def test_a_new_carrier_keeps_to_what_the_old_one_has_carried(store: Store) -> None:
    channel = MemoryChannel(per_minute=3)
    for n in range(5):
        put(store, key=f"order:O{n}:pbc/3303")
    Town(store, channel).works()
    Town(store, channel).works()
    assert len(channel.taken) == 3


def test_a_carrier_that_dies_while_sending_sends_the_same_again(store: Store) -> None:
    channel = MemoryChannel()
    id = put(store)
    (claimed,) = do(store, lambda tx: leases.claim(tx, outbox.TASK, NOON, 9))
    key = do(store, lambda tx: log.begin(tx.connection, id, "zhang", Way.SMS, 1, "memory:sms", "张甲", NOON))
    assert claimed.item == id
    do(store, leases.reclaim)  # a restart
    town = Town(store, channel)
    town.works()
    assert list(channel.taken) == [key]
    assert town.log(id) == [("zhang", "sms", 1, "sent", "")]


def test_a_late_answer_of_a_carrier_that_was_thought_dead_changes_nothing(store: Store) -> None:
    id = put(store)
    key = do(store, lambda tx: log.begin(tx.connection, id, "zhang", Way.SMS, 1, "line", "张甲", NOON))
    town = Town(store, MemoryChannel())
    town.works()
    do(store, lambda tx: log.end(tx.connection, key, Failed(Why.TIMEOUT), NOON))
    assert town.log(id) == [("zhang", "sms", 1, "sent", "")]


def test_receipts_come_twice_and_from_strangers(store: Store, provider: Provider) -> None:
    town = Town(store, sms(provider.address))
    id = put(store)
    town.works()

    def reports(arrived: bool, name: str = "P1") -> str | None:
        return do(store, lambda tx: log.receipt(tx.connection, name, arrived, NOON))

    assert reports(True, "P99") is None
    assert reports(True, "") is None
    assert reports(False) == id
    assert reports(False) is None
    assert reports(True) is None
    assert town.log(id) == [("zhang", "sms", 1, "failed", "undelivered")]


def test_what_never_arrived_does_not_wait_for_an_answer(store: Store, provider: Provider) -> None:
    town = Town(store, sms(provider.address))
    id = put(store)
    town.works()
    do(store, lambda tx: log.receipt(tx.connection, "P1", False, NOON))
    do(store, lambda tx: leases.hasten(tx, outbox.TASK, NOON))
    town.works()
    assert ("wang", "sms", 1, "sent", "") in town.log(id)


def test_a_channel_that_raises_is_a_failed_attempt(store: Store) -> None:
    class Broken(MemoryChannel):
        def send(self, letter):
            raise RuntimeError("never thought of")

    town = Town(store, Broken())
    id = put(store)
    town.works()
    assert set(town.log(id)) == {(who, "sms", 1, "failed", "settings") for who in ("zhang", "wang")}


def test_a_stalling_provider_is_left_in_time(store: Store, provider: Provider) -> None:
    provider.fates.append("slow")
    town = Town(store, sms(provider.address))
    id = put(store)
    town.works()
    assert town.log(id) == [("zhang", "sms", 1, "failed", "timeout")]


def test_what_changes_between_plan_and_act_is_looked_at_again(small_store: Store) -> None:
    store = small_store
    channel = MemoryChannel()
    town = Town(store, channel)
    id = put(store)
    planning = town.carrier._plans

    def and_meanwhile(claimed, now):
        plans = planning(claimed, now)
        acknowledge(store, id)
        return plans

    town.carrier._plans = and_meanwhile  # type: ignore[method-assign]
    town.works()
    assert channel.taken == {}


def test_numbers_are_masked_in_the_log(store: Store) -> None:
    town = Town(store, MemoryChannel())
    id = put(store)
    town.works()
    with store.read() as connection:
        (line,) = log.lines_of(connection, id)
    assert line.addressee == "张甲 138****0001"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("13812345678", "138****5678"), ("0577-1", "0****"), ("zhang@bank.example", "z***@bank.example"), ("", "****")],
)
def test_masks(address: str, shown: str) -> None:
    assert masked(address) == shown


FATES = st.lists(
    st.sampled_from([None, *(Failed(why, retry) for why in Why for retry in (True, False)),
                     Failed(Why.LIMITED, pause=timedelta(hours=9))]), max_size=40,
)  # fmt: skip


class Fated(MemoryChannel):
    """Takes or fails as it is told."""

    def send(self, letter):
        fate = self.fates.popleft() if self.fates else Failed(Why.FAULT)
        self.taken.setdefault(letter.key, letter)
        return fate if fate is not None else Sent()


@settings(deadline=None, max_examples=80)
@given(FATES, FATES, st.integers(0, 60), st.sampled_from([1, 3, 1000]))
def test_whatever_fails_a_notice_ends_acknowledged_or_on_the_call_list_with_the_level_above_told(
    texts, mails, answered_after, per_minute
) -> None:
    store = Store("sqlite://", fresh_keys())
    try:
        town = Town(store, Fated(Way.SMS, per_minute, texts), Fated(Way.MAIL, per_minute, mails))
        id = put(store)
        town.passes(minutes=answered_after)
        if answered_after % 2:
            acknowledge(store, id, "wang", town.clock())
        town.passes(minutes=600)
        keys = Counter(one.key for one in town.live())
        assert all(count == 1 for count in keys.values())
        if answered_after % 2:
            assert message(store, id).state == ACKNOWLEDGED
            assert town.live() == []
        else:
            assert message(store, id).state == OPEN
            assert f"above:pbc/33:{id}" in keys
            assert message(store, id).above_at <= NOON + ABOVE_AFTER[True] + timedelta(minutes=5)
    finally:
        store.close()


def test_an_order_that_is_renewed_is_told_anew_only_after_it_was_acknowledged(store: Store) -> None:
    channel = MemoryChannel()
    town = Town(store, channel)
    first = put(store)
    town.works()
    assert put(store, facts={"grade": "重大"}) == first
    town.works()
    assert len(channel.taken) == 1
    acknowledge(store, first)
    put(store, facts={"grade": "特大"})
    town.works()
    assert len(channel.taken) == 2
    assert ORDER.urgent
