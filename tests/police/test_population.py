"""The synthetic population: computed, deterministic, its numbers valid and yet nobody's."""

import hashlib
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.files.network_folder import load_network
from hecha.edges.sandbox.photos import MARKS, photo
from hecha.edges.sandbox.population import FIRST_BIRTH, LAST_BIRTH, SIZE, Population, sample
from hecha.kernel.errors import BadInput
from hecha.verification.subject import check_character, check_name, check_number

PEOPLE = Population(load_network("zhejiang"))
indexes = st.integers(0, SIZE - 1)


@given(indexes)
def test_index_to_number_and_back(index):
    citizen = PEOPLE.citizen(index)
    assert PEOPLE.index_of(citizen.number) == index
    assert PEOPLE.find(citizen.number) == citizen


@given(indexes, indexes)
def test_different_citizens_have_different_numbers_and_photos(one, other):
    if one != other:
        assert PEOPLE.citizen(one).number != PEOPLE.citizen(other).number
        assert photo(one) != photo(other)


@given(indexes)
def test_numbers_and_names_pass_our_own_checks_and_are_plainly_synthetic(index):
    citizen = PEOPLE.citizen(index)
    assert check_number(citizen.number) == citizen.number
    assert check_name(citizen.name) == citizen.name
    assert citizen.number[14:17] in ("996", "997", "998", "999")
    birth = date.fromisoformat(f"{citizen.number[6:10]}-{citizen.number[10:12]}-{citizen.number[12:14]}")
    assert FIRST_BIRTH <= birth <= LAST_BIRTH
    assert citizen.sex == ("男" if int(citizen.number[16]) % 2 else "女")


@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_whoever_is_found_has_exactly_that_number(number):
    found = PEOPLE.find(number)
    assert found is None or found.number == number


@given(indexes, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_changed_number_is_not_the_same_citizen(index, place, character):
    number = PEOPLE.citizen(index).number
    changed = number[:place] + character + number[place + 1 :]
    if changed != number:
        found = PEOPLE.find(changed)
        assert found is None or (found.index != index and found.number == changed)


@pytest.mark.parametrize("text", ["", "x", "330102", "330102199001019", "３３０１０２１９９００１０１９９７"])
def test_what_is_no_number_finds_nobody(text):
    assert PEOPLE.find(text) is None


def test_the_population_is_exactly_as_large_as_said():
    assert len(PEOPLE) == SIZE == 1_000_000
    for outside in (-1, SIZE):
        with pytest.raises(IndexError):
            PEOPLE.citizen(outside)


def test_every_citizen_of_a_small_population_has_an_own_number():
    few = Population(load_network("zhejiang"), size=20_000)
    numbers = {few.citizen(index).number for index in range(len(few))}
    assert len(numbers) == 20_000
    assert all(few.index_of(number) is not None for number in numbers)


@given(st.integers(0, 10**9))
def test_nobody_has_a_valid_number_that_is_plainly_synthetic(turn):
    number = PEOPLE.nobody(turn)
    assert check_number(number) == number
    assert PEOPLE.find(number) is None
    assert number[14:17] in ("996", "997", "998", "999")


def test_too_many_citizens_are_refused():
    with pytest.raises(BadInput):
        Population(load_network("zhejiang"), size=50_000_000)


def test_the_same_people_every_time():
    again = Population(load_network("zhejiang"))
    told = "".join(f"{one.name}{one.number}{one.card_authority}" for one in again.sample(500, seed=3))
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "24d06962063962c3"


def test_the_issuing_authority_is_of_the_county_of_registration_and_known():
    network = load_network("zhejiang")
    moved = 0
    for citizen in PEOPLE.sample(3000):
        assert network.card_authorities[citizen.card_authority] == citizen.city == network.city_of(citizen.county)
        moved += citizen.county != citizen.number[:6]
    assert 0.1 < moved / 3000 < 0.2


def test_the_records_hold_some_of_each_kind():
    some = list(PEOPLE.sample(20_000, seed=1))
    for share, low, high in (
        (sum(not one.has_photo for one in some), 0.01, 0.02),
        (sum(one.card_lost for one in some), 0.001, 0.006),
        (sum(one.card_invalid for one in some), 0.004, 0.011),
        (sum("·" in one.name for one in some), 0.001, 0.008),
    ):
        assert low < share / 20_000 < high
    assert len({one.city for one in some}) == 11
    assert len({one.county for one in some}) == 90


def test_a_sample_can_be_of_one_city_and_repeats_with_its_seed():
    there = sample(PEOPLE, 50, seed=4, city="3309")
    assert len(there) == 50
    assert {one.city for one in there} == {"3309"}
    assert there == sample(PEOPLE, 50, seed=4, city="3309")
    assert there != sample(PEOPLE, 50, seed=5, city="3309")
    assert sample(PEOPLE, 3, city="9999") == []


def test_printing_a_citizen_shows_neither_name_nor_number():
    citizen = PEOPLE.citizen(1)
    assert citizen.name not in repr(citizen)
    assert citizen.number not in f"{citizen} {[citizen]}"


def test_a_made_up_network_has_citizens_too():
    inline = load_network("zhejiang")
    areas = {
        code.replace("33", "A", 1): type(area)(
            code.replace("33", "A", 1),
            area.zh,
            area.kind,
            area.parent and area.parent.replace("33", "A", 1),
            area.short,
        )
        for code, area in inline.areas.items()
    }
    network = type(inline)("made-up", "虚构", "", areas, {}, {}, {})
    people = Population(network, size=1000)
    citizen = people.citizen(500)
    assert citizen.number.startswith("99")
    assert check_character(citizen.number[:17]) == citizen.number[17]
    assert people.find(citizen.number) == citizen


def test_a_photo_is_a_sound_png_that_says_test():
    picture = photo(12345)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        name, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert int.from_bytes(picture[at + 8 + length : at + 12 + length]) == zlib.crc32(name + data)
        chunks[name], at = data, at + 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert len(zlib.decompress(chunks[b"IDAT"])) == 120 * 97
    marks = chunks[b"PLTE"][-3 * MARKS :]
    assert sum((marks[3 * bit] < 128) << bit for bit in range(MARKS)) == 12345
    assert len(picture) < 1200
