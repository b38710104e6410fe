"""The outbox: one message per key, in the transaction of its decision, acknowledged by a person."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hecha.edges.notify import outbox
from hecha.edges.notify.outbox import ACKNOWLEDGED, OPEN, SUPERSEDED, TASK, WITHDRAWN
from hecha.edges.notify.tables import FACTS_CHARS_MAX, KEY_CHARS_MAX, notices
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.store.tables import tasks
from hecha.kernel.errors import BadInput, Conflict, NotThere, Refused
from tests.notify.town import MINUTE, NEWS, NOON, ORDER, acknowledge, do, facts, message, put


def rows(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(notices)).scalar_one())


def waiting(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(tasks.c.item).where(tasks.c.kind == TASK)).scalars())


def test_a_notice_is_kept_as_it_was_put(store: Store) -> None:
    kept = message(store, put(store))
    assert (kept.key, kept.unit, kept.post, kept.what, kept.clause) == (
        ORDER.key, "pbc/3303", "office", "order.start", "4.3.1(1)"
    )  # fmt: skip
    assert (kept.at, kept.urgent, kept.wants_ack, kept.facts) == (NOON, True, True, ORDER.facts)
    assert (kept.state, kept.revision) == (OPEN, 1)
    assert waiting(store) == {kept.id}


def test_the_same_again_is_the_same_message(store: Store) -> None:
    first = put(store)
    assert put(store, at=NOON + MINUTE) == first
    assert message(store, first).revision == 1
    assert rows(store) == 1


def test_new_words_change_the_open_message_in_place(store: Store) -> None:
    first = put(store)
    assert put(store, facts={"grade": "重大"}, at=NOON + MINUTE) == first
    kept = message(store, first)
    assert (kept.facts, kept.revision, kept.at) == ({"grade": "重大"}, 2, NOON)
    assert rows(store) == 1


def test_an_acknowledged_message_with_new_words_must_be_acknowledged_again(store: Store) -> None:
    first = put(store)
    acknowledge(store, first)
    second = put(store, facts={"grade": "重大"})
    assert second != first
    assert (message(store, first).state, message(store, first).superseded_by) == (SUPERSEDED, second)
    assert message(store, first).acked_by == "li"
    assert message(store, second).waits
    assert waiting(store) == {second}


def test_another_kind_of_message_under_the_key_supersedes(store: Store) -> None:
    first = put(store)
    second = put(store, what="order.end")
    assert message(store, first).state == SUPERSEDED
    with pytest.raises(Conflict, match="替换"):
        acknowledge(store, first)
    assert acknowledge(store, second)


def test_what_fails_with_its_decision_tells_nobody(store: Store) -> None:
    def decides(tx) -> None:
        outbox.put(tx, ORDER)
        raise Conflict("the decision was not taken")

    with pytest.raises(Conflict):
        do(store, decides)
    assert rows(store) == 0
    assert waiting(store) == set()


def test_acknowledging_is_a_fact_and_counts_once(store: Store) -> None:
    id = put(store)
    assert acknowledge(store, id, "li", NOON + MINUTE, how="link") is True
    assert acknowledge(store, id, "wang") is False
    kept = message(store, id)
    assert (kept.state, kept.acked_by, kept.acked_at, kept.acked_how) == (ACKNOWLEDGED, "li", NOON + MINUTE, "link")
    assert facts(store) == [("notice:message:acknowledged", id)]
    assert waiting(store) == set()


def test_who_read_other_words_must_read_again(store: Store) -> None:
    id = put(store)
    put(store, facts={"grade": "重大"})
    with pytest.raises(Conflict, match="已更新"):
        acknowledge(store, id, revision=1)
    assert acknowledge(store, id, revision=2)


def test_news_needs_no_acknowledgement(store: Store) -> None:
    with pytest.raises(Refused, match="不需要确认"):
        acknowledge(store, put(store, NEWS))


def test_what_is_withdrawn_cannot_be_acknowledged_and_its_key_is_free(store: Store) -> None:
    id = put(store)
    assert do(store, lambda tx: outbox.withdraw(tx, ORDER.key, NOON)) is True
    assert do(store, lambda tx: outbox.withdraw(tx, ORDER.key, NOON)) is False
    assert message(store, id).state == WITHDRAWN
    with pytest.raises(Conflict):
        acknowledge(store, id)
    assert put(store) != id


def test_an_acknowledgement_outlives_a_withdrawal(store: Store) -> None:
    id = put(store)
    acknowledge(store, id)
    do(store, lambda tx: outbox.withdraw(tx, ORDER.key, NOON))
    assert message(store, id).state == ACKNOWLEDGED


def test_reading_is_noted_once_for_each_text(store: Store) -> None:
    id = put(store, NEWS)
    assert do(store, lambda tx: outbox.mark_read(tx, "li", [id], NOON)) == 1
    assert do(store, lambda tx: outbox.mark_read(tx, "li", [id], NOON)) == 0
    put(store, NEWS, facts={"area": "温州"})
    assert do(store, lambda tx: outbox.mark_read(tx, "li", [id], NOON)) == 1
    assert [kind for kind, _ in facts(store)] == ["notice:message:read"] * 2


def test_the_level_above_is_told_once_and_urges_no_longer_than_needed(store: Store) -> None:
    id = put(store)
    above = do(store, lambda tx: outbox.tell_above(tx, message_in(tx, id), "pbc/33", NOON + MINUTE))
    again = do(store, lambda tx: outbox.tell_above(tx, message_in(tx, above), "head_office", NOON + 2 * MINUTE))
    told = message(store, above)
    assert (told.unit, told.what, told.root, told.facts) == (
        "pbc/33", "notice.unanswered", id, {"unit": "pbc/3303", "what": "order.start"}
    )  # fmt: skip
    assert message(store, again).root == id
    assert message(store, id).above_at == NOON + MINUTE
    acknowledge(store, id)
    assert {message(store, one).state for one in (above, again)} == {WITHDRAWN}


def message_in(tx, id):
    return outbox.load(tx.connection, id)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ""},
        {"key": "k" * (KEY_CHARS_MAX + 1)},
        {"facts": {"words": "字" * FACTS_CHARS_MAX}},
        {"facts": {"number": "330302199001010017"}},
    ],
)
def test_what_could_not_be_kept_or_must_not_be_sent_is_refused(store: Store, changes) -> None:
    with pytest.raises(BadInput):
        put(store, **changes)
    assert rows(store) == 0


def test_a_message_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotThere):
        acknowledge(store, "N1")


ACTS = st.lists(
    st.tuples(st.sampled_from(["put", "ack", "withdraw"]), st.sampled_from("ab"), st.sampled_from(["1", "2"])),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(ACTS)
def test_never_two_live_messages_for_one_key(acts) -> None:
    store = Store("sqlite://", fresh_keys())
    live: dict[str, str] = {}
    try:
        for act, key, grade in acts:
            if act == "put":
                live[key] = put(store, key=key, facts={"grade": grade})
            elif act == "withdraw":
                do(store, lambda tx, key=key: outbox.withdraw(tx, key, NOON))
                live.pop(key, None)
            elif key in live:
                acknowledge(store, live[key])
            with store.read() as connection:
                found = connection.execute(select(notices).where(notices.c.state.in_([OPEN, ACKNOWLEDGED]))).all()
            held = [row.live_key for row in found if row.live_key]
            assert sorted(held) == sorted(live)
            assert all(row.key == row.live_key for row in found if row.live_key)
    finally:
        store.close()
