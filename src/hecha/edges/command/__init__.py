"""Orders and releases (4.3, 2.1.2) as people read them and act on them: lists, and what may be done."""
