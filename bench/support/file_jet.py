"""A Jet that takes bulk files and processes each at once, in its own process: token, blob, announcement, verdict."""

import asyncio
import json
import sys
import uuid

from slow_jet import TOKEN, response

WHEN = "2026-01-01T00:00:00.0000000Z"


class FileJet:
    """Counts what it takes: files and bytes."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.base = ""
        self.kinds: dict[str, str] = {}
        self.size = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                _, found, rest = head.lower().partition("content-length:")
                body = await reader.readexactly(int(rest.split("\r\n", 1)[0])) if found else b""
                method, path, _ = head.split(" ", 2)
                await asyncio.sleep(self.latency)
                writer.write(self.answer(method, path, body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answer(self, method: str, path: str, body: bytes) -> bytes:
        if path.startswith("/blob/"):
            self.size += len(body)
            return response("201 Created")
        if path == "/stats":
            return response("200 OK", json.dumps({"files": len(self.kinds), "bytes": self.size}).encode())
        if path.endswith("/token"):
            return response("200 OK", TOKEN)
        if path.endswith("/files/uploadToken"):
            name = uuid.uuid4().hex
            token = {"url": f"{self.base}/blob/{name}?sig=x", "jet_file_id": name, "expires_in_seconds": 1800}
            return response("200 OK", json.dumps(token).encode())
        if method == "POST":
            reported = json.loads(body)
            name = reported["url"].split("/blob/")[1].split("?")[0]
            self.kinds[name] = reported["file_type"]
            return response("200 OK", self.state(name, "Acknowledged"))
        return response("200 OK", self.state(path.rsplit("/", 1)[1], "Processed successfully"))

    def state(self, name: str, status: str) -> bytes:
        fields = {"jet_file_id": name, "file_type": self.kinds[name], "status": status, "received": WHEN}
        return json.dumps(fields).encode()


async def run(port: int, latency: float) -> None:
    jet = FileJet(latency)
    server = await asyncio.start_server(jet.serve, "127.0.0.1", port, backlog=256, limit=1 << 20)
    port = server.sockets[0].getsockname()[1]
    jet.base = f"http://127.0.0.1:{port}"
    print(port, flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), float(sys.argv[2])))
