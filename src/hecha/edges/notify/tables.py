"""Tables of notices: what is told to whom, the delivery log, who has read what, and the secret addresses of feeds."""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

KEY_CHARS_MAX = 240
FACTS_CHARS_MAX = 2000
WORDS_CHARS_MAX = 400

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(KEY_CHARS_MAX), nullable=False, index=True),
    sa.Column("live_key", sa.String(KEY_CHARS_MAX), unique=True),  # the key while the message is in force, else NULL
    sa.Column("unit", sa.String(80), nullable=False),
    sa.Column("post", sa.String(40), nullable=False),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("clause", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False, index=True),
    sa.Column("incident", sa.String(120), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("wants_ack", sa.Boolean, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # small words, never a citizen's data
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("superseded_by", sa.String(40), nullable=False),
    sa.Column("acked_at", Moment),
    sa.Column("acked_by", sa.String(120), nullable=False),
    sa.Column("acked_how", sa.String(16), nullable=False),
    sa.Column("above_at", Moment),  # when the level above was told
    sa.Column("root", sa.String(40), nullable=False, index=True),  # of "nobody has acknowledged": which message
    sa.Index("ix_notices_unit_state_at", "unit", "state", "at"),
)

deliveries = sa.Table(
    "notice_deliveries",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),  # notice/person/way/number: the provider's idempotency key
    sa.Column("notice", sa.String(40), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("line", sa.String(80), nullable=False),  # what has a rate of its own: a gateway, a robot
    sa.Column("person", sa.String(80), nullable=False),
    sa.Column("addressee", sa.String(120), nullable=False),  # name and masked number
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("ended_at", Moment),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("why", sa.String(40), nullable=False),
    sa.Column("retry", sa.Boolean, nullable=False),
    sa.Column("pause_s", sa.Integer, nullable=False),
    sa.Column("provider_id", sa.String(80), nullable=False, index=True),
    sa.Column("by", sa.String(120), nullable=False),  # of a call: who made it …
    sa.Column("words", sa.String(WORDS_CHARS_MAX), nullable=False),  # … and what was read back
    sa.Index("ix_notice_deliveries_line_at", "line", "at"),
)

reads = sa.Table(
    "notice_reads",
    metadata,
    sa.Column("notice", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

feeds = sa.Table(
    "notice_feeds",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
)
