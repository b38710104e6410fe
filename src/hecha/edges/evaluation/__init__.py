"""Clause 5.4 at the edge: figures from the ledger, what offices do with their evaluations, new versions of the plan."""
