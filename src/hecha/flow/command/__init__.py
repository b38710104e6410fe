"""Deciding and commanding (4.2, 4.3) among the other rooms: what is gathered, what follows from what."""
