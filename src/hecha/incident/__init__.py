"""Clause 1.4: definition, grade, horizon, explanation, admission of a plan."""
