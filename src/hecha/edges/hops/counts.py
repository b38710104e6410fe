"""What a hop counts, in plain integers, and how `/metrics` prints it. No name, number or outlet is ever a label."""

from collections.abc import Mapping


class Counts:
    """Incremented on the hot path; read by `/metrics`."""

    __slots__ = ("conflicts", "full", "malformed", "outcomes", "replays", "strangers")

    def __init__(self) -> None:
        self.full = self.malformed = self.conflicts = self.replays = self.strangers = 0
        self.outcomes: dict[str, int] = {}

    def text(self, hop: str, gauges: Mapping[str, float]) -> str:
        """Prometheus text. `gauges`: further values by full name, labels included."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "outcomes"}
        lines = ["# TYPE hecha_hop_answers_total counter"]
        lines += [
            f'hecha_hop_answers_total{{hop="{hop}",outcome="{outcome}"}} {count}'
            for outcome, count in sorted(self.outcomes.items())
        ]
        lines += ["# TYPE hecha_hop_refused_total counter"]
        lines += [f'hecha_hop_refused_total{{hop="{hop}",why="{why}"}} {count}' for why, count in plain.items()]
        lines += [f"{name} {value}" for name, value in gauges.items()]
        return "\n".join(lines) + "\n"
