"""A line on which every packet takes its time: a TCP proxy between a browser and the server, websocket included."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SlowLine:
    """Listens on `port` and hands on what comes, in order, `delay` seconds later, each way."""

    def __init__(self, to_port: int, delay: float) -> None:
        self.to_port, self.delay = to_port, delay

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._connect, "127.0.0.1", port)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.to_port)
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        except asyncio.CancelledError:
            pass  # the line is taken down
        finally:
            writer.transport.abort()
            back.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            with suppress(ConnectionError):
                while packet := await source.read(65536):
                    under_way.put_nowait((loop.time() + self.delay, packet))
            under_way.put_nowait((loop.time() + self.delay, b""))

        arriving = asyncio.create_task(arrive())
        with suppress(ConnectionError):
            while True:
                at, packet = await under_way.get()
                await asyncio.sleep(at - loop.time())
                if not packet:
                    break
                target.write(packet)
                await target.drain()
        arriving.cancel()
        with suppress(OSError):
            target.write_eof()


@contextmanager
def slow_line(port: int, to_port: int, delay: float = 0.2) -> Iterator[None]:
    """Open from `port` to `to_port` while the block runs, in a thread and an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(SlowLine(to_port, delay).serve(port), loop).result(5)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.close)

        async def hang_up() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.sleep(0.1)  # the sockets close in the loop's next turns

        asyncio.run_coroutine_threadsafe(hang_up(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


# Runs in the page: presses `press` and gives the milliseconds until `shows` is there, as the browser itself sees it.
UNTIL_SHOWN = """([press, shows]) => new Promise((done) => {
  const begun = performance.now();
  const look = () => document.querySelector(shows)
    ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look);
  document.querySelector(press).click();
  look();
})"""
TAP = ["[data-primary][aria-pressed='false']", "[data-primary][aria-pressed='true']"]
TO_HABITS = [".places a[href='/habits']", ".places a[href='/habits'][aria-current='page']"]
# The code of the pages that the navigation leads to has come.
AT_REST = "performance.getEntriesByType('resource').some(({ name }) => name.includes('/_habits_._index'))"
