"""A typhoon for two cities, received by CAP: assessed, notified, acknowledged by all but one, chased, lifted."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from hecha.edges.integrations import cap
from hecha.edges.notify.tables import notices
from hecha.warning.alert import Phase, Task
from hecha.warning.commands import Acknowledge, Assess, Lift, Notify, Tell
from tests.integrations import messages
from tests.warning.town import MET_OFFICE, Town, opened
from tests.warning.words import judged

UNITS = ("pbc/3301", "pbc/3302", "bank/X/3301", "bank/X/3302", "bank/Y")
LATE = "bank/Y"


async def receives(town: Town, body: bytes) -> None:
    signals, _ = cap.read(body, MET_OFFICE.name, lambda code: code in town.watched.network.areas)
    await town.hears(signals, MET_OFFICE)


def told(town: Town, unit: str) -> list[str]:
    """What stands in a unit's outbox about the typhoon, open messages only."""
    query = sa.select(notices.c.what).where(notices.c.unit == unit, notices.c.live_key.like("alert:P%"))
    with town.watched.store.read() as connection:
        return list(connection.execute(query).scalars())


async def test_a_typhoon_for_two_cities(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        clock = town.watched.clock
        until = (clock() + timedelta(hours=30)).isoformat()
        await receives(town, messages.cap(codes=("330100000000", "330200"), expires=until))
        alert = town.alert()
        assert (alert.unit, alert.likely, alert.severity) == ("pbc/33", 4, 4)
        assert town.owed("pbc/33") == ["alert.assess", "alert.report"]  # both within two hours
        await town.tells(alert.id, Tell("pbc/33", clock(), "officer", "telephone", "值班组长"))
        await town.tells(alert.id, Assess(judged(clock(), 4, 4, level=3)))
        assert town.owed("pbc/33") == ["alert.notify"]
        await town.tells(alert.id, Notify(UNITS, tuple(Task), "leader", "pbc/33", clock(), "加固机房"))
        for unit in UNITS:
            assert told(town, unit) == ["alert.notified"]
        for unit in UNITS[:-1]:
            await town.tells(alert.id, Acknowledge(unit, "值班员", clock(), f"duty-{unit}"))
        await town.passes(hours=2, minutes=5)
        assert town.life(alert.id).count("chased") == 3
        assert town.life(alert.id).count("escalated") == 1
        assert told(town, LATE) == ["alert.notified"]  # one message, however often it was renewed
        assert [one.unit for one in town.alert().waiting] == [LATE]
        await town.tells(alert.id, Acknowledge(LATE, "周经理", clock(), "officer", "telephone"))
        await town.passes(hours=28)
        assert town.alert().phase is Phase.NOTIFIED  # it has expired; people were called in, so a person ends it
        assert town.owed("pbc/33") == ["alert.lift"]
        await town.tells(alert.id, Lift("台风已过境", "leader", "pbc/33", clock()))
        assert [told(town, unit) for unit in UNITS] == [["alert.lifted"]] * len(UNITS)
        assert town.owed("pbc/33") == town.owed(LATE) == []
