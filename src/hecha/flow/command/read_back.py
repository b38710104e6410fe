"""The code that is read back on the telephone (4.3.1(1)): who repeats it has heard this order and no other."""

from hashlib import sha256

from hecha.command.order import Order


def code_of(order: Order, key: str) -> str:
    """`0-1-47`: epoch and sequence, by which a stale order is told, and two digits of number and addressee."""
    digest = sha256(f"{order.number}|{order.id}|{key}".encode()).digest()
    return f"{order.epoch}-{order.sequence}-{int.from_bytes(digest[:4]) % 100:02d}"


def is_read_back(order: Order, key: str, said: str) -> bool:
    """Whether the code was repeated; how it is spaced or separated does not matter."""
    return [sign for sign in said if sign.isdigit()] == [sign for sign in code_of(order, key) if sign.isdigit()]
