"""An entrance's own rules and limits: service hours, how much at a time, a journal that cannot be written."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hecha.edges.api.problems import Busy, KeyMissing
from hecha.edges.clock import MovableClock
from hecha.edges.hops.entrance_keys import Made, RecentKeys, client_key, read_key
from hecha.kernel.errors import BadInput, Conflict, Unavailable
from tests.entrances.rogue import PATIENT, Rogue, honest

TUESDAY_OPEN = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
HOURS = "1-5 09:00-17:00"


def story(tmp_path, tell, clock=None, **changes):
    async def play():
        async with Rogue(tmp_path, clock or MovableClock(TUESDAY_OPEN), **changes) as rogue:
            return await tell(rogue)

    return asyncio.run(play())


def test_outside_service_hours_nothing_is_asked_and_the_path_says_why(tmp_path):
    clock = MovableClock(TUESDAY_OPEN)

    async def tell(rogue):
        assert (await rogue.verify())["outcome"] == "match_photo"
        clock.passes(hours=7)  # 17:00, the first minute after
        closed = await rogue.verify()
        assert (closed["outcome"], closed["path"]) == (
            "unavailable",
            [{"hop": "entrance-web", "ms": 0.0, "result": "closed"}],
        )
        assert len(rogue.asked) == 1
        clock.passes(hours=16)  # 09:00, Wednesday
        assert (await rogue.verify())["outcome"] == "match_photo"

    story(tmp_path, tell, clock, hours=HOURS)


def test_more_than_the_limit_at_a_time_is_refused_at_once_and_may_come_again(tmp_path):
    async def tell(rogue):
        rogue.speak = lambda request, key: None
        first = [asyncio.ensure_future(rogue.verify(key=f"k{n}")) for n in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await rogue.verify(key="one-too-many")
        assert [answer["outcome"] for answer in await asyncio.gather(*first)] == ["unavailable"] * 3
        rogue.speak = honest
        assert (await rogue.verify(key="one-too-many"))["outcome"] == "match_photo"

    story(tmp_path, tell, limits=replace(PATIENT, in_flight=3, try_ms=300))


def test_what_cannot_be_journalled_is_not_answered_and_the_key_is_free(tmp_path):
    async def tell(rogue):
        rogue.entrance.journal._file.connection.execute("PRAGMA query_only=ON")
        with pytest.raises(Unavailable, match="journal"):
            await rogue.verify(key="k")
        assert (await rogue.verify(key="k"))["outcome"] == "match_photo", "the journal was opened anew"

    story(tmp_path, tell)


def test_an_entrance_without_a_journal_does_not_start(tmp_path):
    with pytest.raises(BadInput, match="journal"):
        story(tmp_path, lambda rogue: rogue.verify(), journal="")


def test_the_city_of_the_cards_authority_is_kept_for_detection(tmp_path):
    async def tell(rogue):
        subject = {"name": "张三", "number": "11010519491231002X"}
        await rogue.verify(subject=subject | {"card_authority": "东县公安局"})
        await rogue.verify(subject=subject | {"card_authority": "别处公安局"})
        rows = (await rogue.entrance.journal.rows(0, 10)).rows
        assert [row.card_city for row in rows] == ["A1", ""]

    story(tmp_path, tell)


def test_another_card_authority_is_another_payload(tmp_path):
    async def tell(rogue):
        subject = {"name": "张三", "number": "11010519491231002X"}
        await rogue.verify(key="k", subject=subject)
        with pytest.raises(Conflict):
            await rogue.verify(key="k", subject=subject | {"card_authority": "东县公安局"})

    story(tmp_path, tell)


def a_key(name="k", payload=b"p"):
    return client_key("bank", name, payload, b"s" * 32)


def made(answer=b"answer", final=True):
    async def work(_before):
        return Made(answer, final)

    return work


def test_keys_are_forgotten_beyond_their_count_oldest_first():
    recent = RecentKeys(keys_max=3)
    for n in range(5):
        recent.remember(a_key(f"k{n}"), b"x")
    assert len(recent) == 3
    assert asyncio.run(recent.once(a_key("k4"), made(b"new"))) == b"x"
    assert asyncio.run(recent.once(a_key("k0"), made(b"new"))) == b"new"


def test_keys_are_forgotten_beyond_their_bytes():
    recent = RecentKeys(bytes_max=1000)
    for n in range(5):
        recent.remember(a_key(f"k{n}"), b"x" * 400)
    assert len(recent) == 2


def test_a_failed_work_frees_its_key():
    recent = RecentKeys()

    async def fails(_before):
        raise Busy("入口", "稍后")

    async def tell():
        with pytest.raises(Busy):
            await recent.once(a_key(), fails)
        return await recent.once(a_key(), made())

    assert asyncio.run(tell()) == b"answer"


def test_a_caller_that_goes_away_does_not_stop_the_work_for_others():
    recent = RecentKeys()

    async def tell():
        ready = asyncio.Event()

        async def slow(_before):
            await ready.wait()
            return Made(b"done", True)

        first = asyncio.ensure_future(recent.once(a_key(), slow))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(recent.once(a_key(), slow))
        await asyncio.sleep(0)
        first.cancel()
        ready.set()
        return await second

    assert asyncio.run(tell()) == b"done"


def test_while_one_is_under_way_another_payload_conflicts():
    recent = RecentKeys()

    async def tell():
        under_way = asyncio.ensure_future(recent.once(a_key(), made()))
        await asyncio.sleep(0)
        with pytest.raises(Conflict):
            await recent.once(a_key(payload=b"other"), made())
        return await under_way

    assert asyncio.run(tell()) == b"answer"


@pytest.mark.parametrize("bad", ["", " ", "a b", "钥", "a\nb", "k" * 129])
def test_an_unusable_key_is_refused(bad):
    with pytest.raises(KeyMissing):
        a_key(bad)


def test_a_key_survives_its_way_through_the_journal_and_its_tag_is_keyed():
    key = a_key()
    assert read_key(str(key)) == key
    assert read_key("something else altogether here") is None
    assert client_key("bank", "k", b"p", b"t" * 32).tag != key.tag
