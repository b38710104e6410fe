"""Clause 4.1: content, route, lifecycle."""
