"""Many viewers of one stream, in a process of their own: viewers.py PORT ADDRESS HOW_MANY."""

import asyncio
import sys


async def watch(port: int, address: str, begun: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
    # A proxy would keep the connection for a further request.
    writer.write(f"{asked}Connection: close\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    await reader.read(1)
    begun.release()
    while await reader.read(1 << 16):
        pass


async def run(port: int, address: str, viewers: int) -> None:
    begun = asyncio.Semaphore(0)
    watching = [asyncio.create_task(watch(port, address, begun)) for _ in range(viewers)]
    for _ in watching:
        await begun.acquire()
    print("watching", flush=True)
    await asyncio.gather(*watching)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
