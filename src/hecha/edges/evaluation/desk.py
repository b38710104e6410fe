"""The desk for evaluations (5.4): what the offices read and do, each right asked of the organisation in the transaction
in which the command runs.

look = desk.look(principal, id)          the review, the event's figures, what this person may do
await desk.do(principal, evaluation_asking.learnt, name=id, …)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.evaluation import lists
from hecha.edges.evaluation.figures_told import figures_told
from hecha.edges.evaluation.figuring import Figuring, Told
from hecha.edges.evaluation.lists import Owed, Page, Tab
from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.desk import ProcedureDesk, check_name
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.writer import Tx
from hecha.evaluation.review import Review
from hecha.flow import evaluation_asking
from hecha.flow.command.asking import Asking
from hecha.flow.evaluation_asking import May
from hecha.flow.evaluation_sight import Depth, Eyes, eyes, require, require_figures
from hecha.flow.life import Act
from hecha.incident.event import Incident
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.plan.model import Plan
from hecha.plan.posts import Act as Doing


@dataclass(frozen=True, slots=True)
class Look:
    """One review as a person sees it. `told` None: only what is theirs to improve is shown."""

    review: Review
    incident: Incident
    plan: Plan
    depth: Depth
    told: Told | None
    may: May
    owners: Sequence[str]  # whom an improvement may be given to
    reader: str  # the person's unit


class EvaluationDesk(ProcedureDesk):
    """`organization` gives who holds what, as a connection sees it."""

    def __init__(
        self, procedure: Procedure, organization: Callable[[sa.Connection], Organization], figuring: Figuring
    ) -> None:
        super().__init__(procedure, organization)
        self._figuring = figuring

    @property
    def now(self) -> datetime:
        return self.procedure.clock()

    # --- read --------------------------------------------------------------------------------------------------------

    def eyes(self, principal: Principal) -> Eyes:
        return eyes(self.procedure.ground.network, principal)

    def page(self, principal: Principal, tab: Tab, before: str = "", limit: int = 50) -> Page:
        """A page of reviews that this person reads whole."""
        with self.procedure.store.read() as connection:
            return lists.page(connection, self.eyes(principal), tab, self.now, before, limit)

    def owed(self, principal: Principal) -> list[Owed]:
        """What the person's unit is to improve."""
        with self.procedure.store.read() as connection:
            return lists.improvements_of(connection, str(principal.unit))

    def of_incident(self, principal: Principal, incident: str) -> list[Review]:
        """The reviews of an event that this person reads whole."""
        with self.procedure.store.read() as connection:
            return lists.of_incident(connection, self.eyes(principal), incident)

    def figures(self, principal: Principal, incident: Incident) -> Told:
        """An event's figures up to now. Raises Refused for those who may not read them."""
        require_figures(self.procedure.ground.network, principal, incident)
        with self.procedure.store.read() as connection:
            return self._figuring.of(connection, self.procedure.ground.network, incident.id, self.now)

    def look(self, principal: Principal, id: str) -> Look:
        """One review. Raises NotThere for one that is not theirs."""
        with self.looking(principal) as asking:
            review = require(self.eyes(principal), asking.book.state("review", id))
            incident = asking.incident(review.incident)
            sees = self.eyes(principal).depth(review)
            told = self._told(asking, review) if sees is Depth.WHOLE else None
            may = evaluation_asking.may(asking, review)
            owners = evaluation_asking.owners(asking, review) if may.improve else ()
            return Look(review, incident, asking.plan(incident), sees, told, may, owners, str(principal.unit))

    def _told(self, asking: Asking, review: Review) -> Told:
        assert isinstance(asking.book, StoredBook)
        return self._figuring.signed(asking.book.connection, asking.book.network, review, asking.at)

    # --- done --------------------------------------------------------------------------------------------------------

    async def do(self, principal: Principal, ask: Callable[..., Act], **given: Any) -> Review:
        """Ask, run, and answer the state after COMMIT. Raises what asking and deciding raise."""
        answer: Review = await self.procedure.run(self.acting(principal, ask, **given))
        return answer

    def acting(self, principal: Principal, ask: Callable[..., Act], **given: Any) -> Callable[[Tx], Review]:
        """The same as a closure for the writer. Raises NotThere for a review that the person does not see."""
        check_name(given["name"])

        def act(tx: Tx) -> Review:
            asking = self._asking(principal, tx.connection)
            require(self.eyes(principal), asking.book.state("review", given["name"]))
            found: Review = self.procedure.registry.do(tx, ask(asking, **given))[0]
            return found

        return act

    def require_proposing(self, principal: Principal, name: str) -> None:
        """Before a plan is proved, which takes a while. Raises Refused or NotThere."""
        with self.looking(principal) as asking:
            review = require(self.eyes(principal), asking.book.state("review", name))
            asking.require(Doing.EVALUATE, review.unit)

    async def sign(self, principal: Principal, name: str) -> Review:
        """The head of the office signs."""
        answer: Review = await self.procedure.run(self.signing(principal, name))
        return answer

    def signing(self, principal: Principal, name: str) -> Callable[[Tx], Review]:
        """The signature: the figures are those of the ledger in this transaction, and stay as they are now."""

        def ask(asking: Asking, *, name: str) -> Act:
            review = evaluation_asking.review_of(asking, name)
            told = self._told(asking, review)
            return evaluation_asking.signed(asking, name=name, figures=figures_told(told))

        return self.acting(principal, ask, name=name)
