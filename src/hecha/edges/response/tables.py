"""Vendor contacts (厂商联系表, 5.2.2(2)): a plain table, with a fact for each edit."""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

vendors = sa.Table(
    "vendors",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(80), nullable=False, index=True),  # whose list it stands on
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("part", sa.String(20), nullable=False),  # hardware, software, network, power, environment
    sa.Column("desk", sa.String(80), nullable=False),  # whom to ask for
    sa.Column("telephone", sa.String(40), nullable=False),
    sa.Column("night", sa.String(40), nullable=False),
    sa.Column("contract", sa.String(120), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("changed_by", sa.String(120), nullable=False),
    sa.Column("removed_at", Moment),
)
