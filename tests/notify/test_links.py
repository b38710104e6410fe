"""Signed links: what we made is read back; anything else is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.notify.links import ACKNOWLEDGE, TOKEN_CHARS_MAX, Grant, Links
from hecha.edges.store.keys import Keys, fresh_keys
from hecha.kernel.errors import Refused

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
KEYS = Keys(b"\1" * 32, b"\2" * 32)
LINKS = Links(KEYS)
GRANT = Grant("N260312120000-0123456789ab", ACKNOWLEDGE, "zhang", NOON)
TOKEN = LINKS.make(GRANT)
WORDS = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), max_size=30)


@given(WORDS, WORDS, WORDS, st.integers(0, 2**33))
def test_what_was_made_is_read_back(notice: str, purpose: str, person: str, seconds: int) -> None:
    grant = Grant(notice, purpose, person, datetime.fromtimestamp(seconds, UTC))
    assert LINKS.read(LINKS.make(grant)) == grant


@given(st.data())
def test_a_token_with_anything_changed_is_refused(data) -> None:
    at = data.draw(st.integers(0, len(TOKEN) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x2FF).filter(lambda one: one != TOKEN[at]))
    how = data.draw(st.sampled_from(["replace", "insert", "delete", "cut", "append"]))
    forged = {
        "replace": TOKEN[:at] + other + TOKEN[at + 1 :],
        "insert": TOKEN[:at] + other + TOKEN[at:],
        "delete": TOKEN[:at] + TOKEN[at + 1 :],
        "cut": TOKEN[:at],
        "append": TOKEN + other,
    }[how]
    with pytest.raises(Refused):
        LINKS.read(forged)


@given(st.text(max_size=200))
def test_noise_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        LINKS.read(text)


def test_the_mac_of_one_token_does_not_sign_another() -> None:
    other = LINKS.make(Grant(GRANT.notice, ACKNOWLEDGE, "wang", NOON))
    with pytest.raises(Refused):
        LINKS.read(f"{other.split('.')[0]}.{TOKEN.split('.')[1]}")


def test_another_house_signs_otherwise() -> None:
    with pytest.raises(Refused):
        Links(fresh_keys()).read(TOKEN)


def test_parts_cannot_be_shifted_into_one_another() -> None:
    with pytest.raises(ValueError, match="line break"):
        LINKS.make(Grant("N1", "ack\nzhang", "x", NOON))


def test_a_token_fits_into_a_text_message() -> None:
    assert len(TOKEN) <= 110
    assert len(LINKS.make(Grant("N" * 26, ACKNOWLEDGE, "p" * 60, NOON + timedelta(days=9999)))) < TOKEN_CHARS_MAX
