"""Runs the emulator from the command line."""

import argparse
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence

from jetapi.sandbox.kit.server import serve_until_stopped

from .app import MagentoSandbox
from .errors import Refusal
from .world import MEMORY, Options


def parser() -> argparse.ArgumentParser:
    yes_no = argparse.BooleanOptionalAction
    this = argparse.ArgumentParser(
        prog="python -m jetbridge.store.magento.sandbox", description="An emulator of Magento 2's REST API."
    )
    this.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    this.add_argument("--port", type=int, default=8002, help="port, 0 for any free one (default %(default)s)")
    this.add_argument("--state", default=MEMORY, metavar="FILE", help="SQLite file to keep everything in")
    this.add_argument(
        "--seed", default="demo", metavar="SEED", help="demo, none or a CSV (default %(default)s)"
    )
    this.add_argument("--module", action="store_true", help="have the companion module installed")
    this.add_argument("--bearer", action="store_true", help="take the integration's token as Bearer")
    this.add_argument(
        "--limits", action="store_true", help="limit pages to 300 rows and arrays to 20 members"
    )
    this.add_argument("--msi", action=yes_no, default=True, help="have sources, stocks and reservations")
    this.add_argument("--latency-ms", type=float, default=0, help="wait so long before each call")
    this.add_argument("--row-ms", type=float, default=0, help="and so long for each product of a list")
    this.add_argument(
        "--allow-remote", action="store_true", help="listen on an address that others can reach"
    )
    this.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="answer control calls and /admin/ under this name too; may be given again",
    )  # fmt: skip
    return this


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    given = parser().parse_args(arguments)
    os.umask(0o077)  # its state holds buyers
    options = Options(
        state=given.state, seed=given.seed, module=given.module, bearer=given.bearer, limits=given.limits,
        msi=given.msi, latency_ms=given.latency_ms, row_ms=given.row_ms,
        allowed_hosts=tuple(name.lower() for name in given.allow_host),
    )  # fmt: skip
    try:
        sandbox = MagentoSandbox(options)
        server = sandbox.server(given.port, given.host, allow_remote=given.allow_remote)
    except (ValueError, OSError, sqlite3.Error, Refusal) as problem:
        sys.stderr.write(f"jetbridge.store.magento.sandbox: {problem}\n")
        return 2
    sys.stdout.write(f"Magento sandbox at {server.url}/rest (people /admin/, control /_sandbox/)\n")
    sys.stdout.flush()
    try:
        serve_until_stopped(server)
    finally:
        sandbox.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
