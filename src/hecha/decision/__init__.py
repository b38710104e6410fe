"""Clause 4.2: authority, meeting, lifecycle."""
