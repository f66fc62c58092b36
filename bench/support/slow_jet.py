"""A Jet that answers everything after a set time: the far end of the client's benchmark, in its own process."""

import asyncio
import json
import sys

TOKEN = json.dumps(
    {"id_token": "a.b.c", "token_type": "Bearer", "expires_on": "2099-01-01T00:00:00Z"}
).encode()


def response(status: str, body: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency: float) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, found, rest = head.partition(b"content-length:")
            if found:
                await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
            await asyncio.sleep(latency)
            is_login = head.startswith(b"post ")
            writer.write(response("200 OK", TOKEN) if is_login else response("202 Accepted"))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(port: int, latency: float) -> None:
    server = await asyncio.start_server(lambda r, w: answer(r, w, latency), "127.0.0.1", port, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
