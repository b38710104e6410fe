"""Clause 5.4: figures, review."""
