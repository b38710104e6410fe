"""A front server (前置机): A and its hot standby B are the same but for their name.

Routes: the production channel first, the backup channel as standby (5.2.2(3)).
"""

from hecha.edges.hops.faults import Gates


def gates(component: str) -> Gates:
    """`component` is front/a or front/b."""
    return Gates((component,))
