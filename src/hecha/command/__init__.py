"""Clause 4.3: orders, receipts, progress."""
