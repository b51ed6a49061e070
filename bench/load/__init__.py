"""A load on a server. Here: HTTP requests over kept connections from one process, as cheaply as plain sockets allow."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    token: str = ""

    def raw(self, host: str) -> bytes:
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(self.body)}\r\n"
        if self.body:
            head += "Content-Type: application/json\r\n"
        if self.token:
            head += f"Authorization: {self.token}\r\n"
        return head.encode() + b"\r\n" + self.body


@dataclass(frozen=True, order=True)
class Result:
    rate: float
    p50: float
    p99: float
    failed: int

    def __str__(self) -> str:
        half, most = self.p50 * 1000, self.p99 * 1000
        return f"{self.rate:8.0f} /s   p50 {half:6.1f} ms   p99 {most:6.1f} ms   failed {self.failed}"


async def measure(port: int, requests: Sequence[Request], clients: int = 16, seconds: float = 5.0) -> Result:
    """Send `requests` round and round from `clients` connections for `seconds`; rate in answers a second."""
    raws = itertools.cycle([request.raw(f"127.0.0.1:{port}") for request in requests])
    times: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            began = time.perf_counter()
            writer.write(next(raws))
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            times.append(time.perf_counter() - began)
            failed += not head.startswith(b"HTTP/1.1 2")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    spent = time.perf_counter() - began
    ordered = sorted(times)
    return Result(len(times) / spent, ordered[len(times) // 2], ordered[int(len(times) * 0.99)], failed)
