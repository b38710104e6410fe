"""Tables of the watch: what must be known again after a restart. Facts go to the ledger in the same transactions.

`watch_turns` is replayed in order to rebuild the engine with its clocks; rows before the last quiet moment are not
needed for that and stay as history.
"""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

cursors = sa.Table(
    "watch_cursors",
    metadata,
    sa.Column("hop", sa.String(60), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
)

turns = sa.Table(
    "watch_turns",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("subject", sa.String(120), nullable=False, index=True),  # a component, or way/<outlet>/<mode>
    sa.Column("lost", sa.Boolean, nullable=False),
    sa.Column("since", Moment, nullable=False),  # when the loss began, or ended
)

warnings = sa.Table(
    "watch_warnings",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("subject", sa.String(160), nullable=False, index=True),  # what it groups: front/a|front/b, a city's data
    sa.Column("state", sa.Text, nullable=False),  # the warning as JSON
    sa.Column("since", Moment, nullable=False),
    sa.Column("ended", Moment, index=True),
)

declarations = sa.Table(
    "watch_declarations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # outage, data_error, maintenance
    sa.Column("body", sa.Text, nullable=False),  # as JSON
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("withdrawn_at", Moment, index=True),
    sa.Column("withdrawn_by", sa.String(120), nullable=False),
    sa.Column("reason", sa.String(400), nullable=False),
)

estimates = sa.Table(
    "watch_estimates",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("component", sa.String(120), nullable=False, index=True),
    sa.Column("until", Moment),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("unit", sa.String(60), nullable=False),
    sa.Column("reason", sa.String(400), nullable=False),
)

tallies = sa.Table(
    "watch_tallies",
    metadata,
    sa.Column("hour", Moment, primary_key=True),
    sa.Column("subject", sa.String(160), primary_key=True),  # a warning, or the province
    sa.Column("body", sa.Text, nullable=False),  # the count so far as JSON
)
