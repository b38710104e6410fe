"""Tables of the organisation: people, seats, terms of units, numbers, experts; and how often they have changed."""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

PHONE_CHARS = 40

people = sa.Table(
    "organization_people",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("unit", sa.String(80), nullable=False, index=True),
    sa.Column("department", sa.String(20), nullable=False),
    sa.Column("account", sa.String(64), nullable=False, index=True),  # "" for one who does not sign in
    sa.Column("day", sa.String(PHONE_CHARS), nullable=False),
    sa.Column("night", sa.String(PHONE_CHARS), nullable=False),
    sa.Column("mobile", sa.String(PHONE_CHARS), nullable=False),
    sa.Column("mail", sa.String(80), nullable=False),
    sa.Column("left", Moment),
)

seats = sa.Table(
    "organization_seats",
    metadata,
    sa.Column("unit", sa.String(80), primary_key=True),
    sa.Column("body", sa.String(10), primary_key=True),
    sa.Column("role", sa.String(10), primary_key=True),
    sa.Column("department", sa.String(20), primary_key=True),
    sa.Column("person", sa.String(60), primary_key=True, index=True),
    sa.Column("substitute", sa.Boolean, nullable=False),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
)

terms = sa.Table(
    "organization_terms",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),  # the unit, and since when
    sa.Column("unit", sa.String(80), nullable=False),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    sa.Column("superior", sa.String(80)),
    sa.Column("zh", sa.String(80), nullable=False),
)

numbers = sa.Table(
    "organization_numbers",
    metadata,
    sa.Column("unit", sa.String(80), primary_key=True),
    sa.Column("day", sa.String(PHONE_CHARS), nullable=False),
    sa.Column("night", sa.String(PHONE_CHARS), nullable=False),
    sa.Column("duty_room", sa.String(PHONE_CHARS), nullable=False),
)

experts = sa.Table(
    "organization_experts",
    metadata,
    sa.Column("unit", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("field", sa.String(80), nullable=False),
    sa.Column("phone", sa.String(PHONE_CHARS), nullable=False),
)

version = sa.Table(
    "organization_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),  # one more with every change
)

shifts = sa.Table(
    "organization_shifts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(80), nullable=False),
    sa.Column("person", sa.String(60), nullable=False, index=True),
    sa.Column("begins", Moment, nullable=False),
    sa.Column("ends", Moment, nullable=False),
    sa.Column("note", sa.String(80), nullable=False),
    sa.Column("entered_by", sa.String(64), nullable=False),
    sa.Index("ix_organization_shifts_unit_ends", "unit", "ends"),
)

absences = sa.Table(
    "organization_absences",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(80), nullable=False, index=True),
    sa.Column("person", sa.String(60), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, index=True),
    sa.Column("why", sa.String(80), nullable=False),
)
