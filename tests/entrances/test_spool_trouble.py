"""A spool on a bad day: a disk that takes nothing, a spoilt row, a bank whose token was taken away."""

import pytest

from hecha.edges.hops.entrance_keys import client_key
from hecha.edges.hops.entrance_spool import Spool
from hecha.kernel.errors import BadInput, Unavailable
from tests.entrances.test_registrations import delivered, quick, send, story, until

assert quick  # its pace holds here too


def test_a_disk_that_takes_nothing_is_said_and_heals(tmp_path):
    spool = Spool(tmp_path / "spool.db", b"x" * 32)
    key = client_key("loc", "k", b"p", b"s" * 32)
    spool._connection.execute("PRAGMA query_only=ON")  # as a full or read-only disk refuses
    with pytest.raises(Unavailable, match="paper slips"):
        spool.put(key, b"p", "")
    spool._connection.execute("PRAGMA query_only=OFF")
    assert spool.put(key, b"p", "").state == "waiting"


def test_a_disk_that_fails_while_handing_over_stops_nothing_for_good(tmp_path):
    async def tell(entrance, console):
        console.status = 503
        assert (await send(entrance))[0] == 202
        disk = entrance.registrar._open._connection
        disk.execute("PRAGMA query_only=ON")
        console.status = 201
        await until(lambda: _kept(console, 1))
        disk.execute("PRAGMA query_only=OFF")
        await delivered(entrance)
        assert list(console.kept) == ["k"]

    story(tmp_path, tell)


async def _kept(console, count):
    return len(console.kept) == count


def test_a_spoilt_row_does_not_hold_up_those_behind_it(tmp_path):
    async def tell(entrance, console):
        console.status = 503
        for key in ("spoilt", "sound"):
            await send(entrance, key=key)
        entrance.registrar._open._connection.execute("UPDATE item SET sealed = x'00' WHERE key = 'spoilt'")
        console.status = 201
        await delivered(entrance)
        assert list(console.kept) == ["sound"]
        assert (await entrance.registrar.counts())["waiting"] == 1

    story(tmp_path, tell)


def test_a_bank_whose_token_was_taken_away_does_not_hold_up_the_others(tmp_path):
    async def tell(entrance, console):
        console.status = 503
        await send(entrance, key="theirs", who="nat", outlet="n1")
        await send(entrance, key="ours")
        del entrance.config.tokens["nat"]
        console.status = 201
        await delivered(entrance)
        assert list(console.kept) == ["ours"]

    story(tmp_path, tell)


@pytest.mark.parametrize("field", ["number", "copies"])
def test_a_citizens_number_in_a_voucher_is_refused_before_it_is_promised(tmp_path, field):
    async def tell(entrance, console):
        with pytest.raises(BadInput) as refused:
            await send(entrance, voucher={field: "见11010519491231002X"})
        assert "110105" not in str(refused.value)
        assert await entrance.registrar.counts() == {}

    story(tmp_path, tell, up=False)
