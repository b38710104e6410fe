"""`/events`: server-sent events that carry topics only; pages then fetch their own regions, and are checked as ever.

A stream lives ten minutes (the browser opens the next one), so that an ended session stops listening too.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from hecha.edges.web.visit import Visit
from hecha.kernel.errors import Unavailable

STREAM_LASTS_S = 600
HEARTBEAT_S = 15
STREAMS_MAX = 1000


class Streams:
    """All open streams of the console."""

    def __init__(self) -> None:
        self.open = 0

    async def events(self, visit: Visit) -> Response:
        if self.open >= STREAMS_MAX:
            raise Unavailable("实时更新", "连接数已满，请稍后刷新页面")
        return StreamingResponse(self._stream(visit), media_type="text/event-stream")

    async def _stream(self, visit: Visit) -> AsyncIterator[str]:
        self.open += 1
        try:
            async with visit.site.loop.topics.subscribe() as changes:
                yield "retry: 2000\nevent: hello\ndata: .\n\n"
                ends = asyncio.get_running_loop().time() + STREAM_LASTS_S
                while asyncio.get_running_loop().time() < ends:
                    try:
                        names = await asyncio.wait_for(changes.next(), HEARTBEAT_S)
                        yield f"event: changed\ndata: {' '.join(sorted(names))}\n\n"
                    except TimeoutError:
                        yield ": still here\n\n"
        finally:
            self.open -= 1
