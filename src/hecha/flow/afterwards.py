"""What follows when an event recovers or ends: part of the one table of `hecha.flow.reactions`.

recovered, withdrawn → what was registered is to be settled by the plan's time
ended                → runs that nobody finished are over; each involved level's office evaluates
"""

from collections.abc import Callable, Iterable, Mapping

from hecha.flow.book import Book
from hecha.flow.evaluating import offices_evaluate
from hecha.flow.life import Act
from hecha.flow.responding import register_is_due, runs_end
from hecha.kernel.facts import Fact

AFTERWARDS: Mapping[str, tuple[Callable[[Fact, Book], Iterable[Act]], ...]] = {
    "incident:event:recovered": (register_is_due,),
    "incident:event:withdrawn": (register_is_due,),
    "incident:event:ended": (runs_end, offices_evaluate),
}
