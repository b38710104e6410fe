"""The alerts' part of the procedure's loop: watched faults are followed, and what monitors say to be over ends.

following = Following(procedure, alerts, watch_loop)
await following.step(now)          # each second; True when all that was asked could be done
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

from hecha.edges.procedure.alerts import Alerts
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.writer import Tx
from hecha.flow.alerts import Followed
from hecha.flow.picture import Picture
from hecha.kernel.errors import HechaError, Unavailable
from hecha.kernel.moments import minute_of

_log = logging.getLogger(__name__)


class Watched(Protocol):
    """What the watch loop gives: warnings that have changed since their alerts followed them, and the picture."""

    @property
    def picture(self) -> Picture: ...
    def news(self) -> list[Followed]: ...
    def told(self, one: Followed) -> None: ...


class Following:
    """A fault that cannot be followed is logged and tried again; it holds up no other."""

    def __init__(self, procedure: Procedure, alerts: Alerts, watch: Watched) -> None:
        self._procedure, self._alerts, self._watch = procedure, alerts, watch
        self._minute = -1

    async def step(self, now: datetime) -> bool:
        news = self._watch.news()
        refused = await self._follow(news, now)
        if not news and int(minute_of(now)) != self._minute:
            await self._procedure.run(partial(self._each_minute, self._watch.picture.open_warnings, now))
            self._minute = int(minute_of(now))
        return not refused

    async def _follow(self, news: list[Followed], now: datetime) -> int:
        acts = [self._procedure.run(partial(self._one, one, now)) for one in news]
        answers = await asyncio.gather(*acts, return_exceptions=True)
        refused = 0
        for one, answer in zip(news, answers, strict=True):
            if isinstance(answer, Unavailable) or (
                isinstance(answer, BaseException) and not isinstance(answer, HechaError)
            ):
                raise answer
            if isinstance(answer, HechaError):
                refused += 1
                _log.error("an alert could not follow its fault: %s: %s", one.warning.id, answer)
            else:
                self._watch.told(one)
        return refused

    def _one(self, one: Followed, now: datetime, tx: Tx) -> None:
        self._alerts.follow(tx, one, now)

    def _each_minute(self, standing: Mapping[str, object], now: datetime, tx: Tx) -> None:
        self._alerts.lost_sight(tx, standing.keys(), now)
        self._alerts.quieten(tx, now)
