"""Retry budget (重试预算): second tries may add at most a tenth to the load, so that a storm cannot feed itself."""

RETRY_SHARE = 0.10
RESERVE_PER_S = 10.0
RESERVE_MAX = 200.0
"""A quiet hop may still retry: the reserve covers everything that one dead route can strand at once."""


class RetryBudget:
    """Tokens: each first try deposits a share of one, each further try costs one. Times are monotonic seconds."""

    __slots__ = ("_cap", "_per_s", "_share", "_tokens", "_topped_up")

    def __init__(
        self, now: float, share: float = RETRY_SHARE, per_s: float = RESERVE_PER_S, cap: float = RESERVE_MAX
    ) -> None:
        self._share, self._per_s, self._cap = share, per_s, cap
        self._tokens = cap
        self._topped_up = now

    def first_try(self) -> None:
        """A request came in."""
        if self._tokens < self._cap:
            self._tokens += self._share

    def spend(self, now: float) -> bool:
        """Whether a further try is allowed; it is paid for by asking."""
        passed = max(0.0, now - self._topped_up)
        self._topped_up = now
        self._tokens = min(self._cap, self._tokens + passed * self._per_s)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
