"""Deciding (4.2) at the edge: the desk of meetings, resolutions, first handling and shifts, and their lists."""
