"""Clause 3.1: standby machines, inspection register."""
