"""After a restart: the live province as it was, from what was kept, with every clock running on."""

from collections.abc import Sequence
from datetime import datetime

from hecha.edges.watch.keeping import Event, Kept
from hecha.flow.declare import DataError, Declaration
from hecha.flow.judgement import Judgement
from hecha.flow.live import Live, Turned
from hecha.flow.maintenance import Window
from hecha.network.model import Network
from hecha.plan.model import Plan


def rebuilt(network: Network, plans: Sequence[Plan], kept: Kept, now: datetime) -> Live:
    """Replays in order. What was lost stays lost until it is seen to work; all else is unknown."""
    begin = min([event.at for event in kept.events] + [now])
    live = Live(network, plans, begin)
    for event in kept.events:
        _replay(live, event)
    live.at(now)
    live.faults.warnings.update(kept.warnings)
    for subject, warning in kept.warnings.items():
        if warning.exceeds:
            live.exceed(live.keys_of(subject, warning))
    live.outbox.clear()
    live.began = now
    return live


def _replay(live: Live, event: Event) -> None:
    what = event.what
    if isinstance(what, Turned):
        live.replay(what)
        return
    live.at(event.at)
    if isinstance(what, Declaration):
        live.declare(what)
    elif isinstance(what, DataError):
        live.declare_data_error(what)
    elif isinstance(what, Window):
        live.plan_work(what)
    elif isinstance(what, Judgement):
        live.judge(what)
    else:
        live.estimate(*what)
