"""Topics say that something a reader would see has changed; they never carry what changed.

    async with topics.subscribe() as changes:
        names = await changes.next()      # {"board", "network"}

Known names: `board`, `network`, `counter`, `incident`, `duties`, `inbox`. A slow subscriber loses nothing: names that
come while it is busy are united, so its memory is bounded by the number of names.
"""

import asyncio
from types import TracebackType

NAMES = ("board", "network", "counter", "incident", "duties", "inbox")


class Subscription:
    """One reader of topics; leave it with `close` or `async with`."""

    def __init__(self, topics: "Topics") -> None:
        self._topics = topics
        self._waiting: set[str] = set()
        self._event = asyncio.Event()

    def wake(self, names: frozenset[str]) -> None:
        self._waiting |= names
        self._event.set()

    async def next(self) -> frozenset[str]:
        """Wait until at least one topic has changed since the last call, and return all that have."""
        await self._event.wait()
        names, self._waiting = frozenset(self._waiting), set()
        self._event.clear()
        return names

    def close(self) -> None:
        self._topics.forget(self)

    async def __aenter__(self) -> "Subscription":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Topics:
    """All subscriptions of one process, and a serial per topic (an ETag for pages)."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._serials = dict.fromkeys(NAMES, 0)

    def bump(self, *names: str) -> None:
        """Say that these topics have changed."""
        for name in names:
            self._serials[name] += 1
        for subscription in self._subscriptions:
            subscription.wake(frozenset(names))

    def serial(self, name: str) -> int:
        return self._serials[name]

    def subscribe(self) -> Subscription:
        subscription = Subscription(self)
        self._subscriptions.add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
