"""Readers of plan, network and scenario files."""
