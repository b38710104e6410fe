"""Clause 3.2: signals, watched faults, lifecycle."""
