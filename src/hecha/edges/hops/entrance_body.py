"""A request's body, within its limits of size and time."""

import asyncio

from starlette.requests import Request

from hecha.edges.api.problems import TooLarge
from hecha.kernel.errors import BadInput


async def body_of(request: Request, limit: int, seconds: float) -> bytes:
    """The whole body. Raises TooLarge, or BadInput when it does not come in time."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise TooLarge(limit)
                parts.append(chunk)
    except TimeoutError:
        raise BadInput("body", "内容迟迟未到齐 the body did not come in time") from None
    return b"".join(parts)
