"""Runs the sandbox from the command line."""

import argparse
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from .app import Sandbox
from .kit.server import serve_until_stopped
from .options import MEMORY, PROFILES, Options

# A thread with much to do lets the others have their turn after so long.
SWITCH_SECONDS = 0.001


def parser() -> argparse.ArgumentParser:
    yes_no = argparse.BooleanOptionalAction
    this = argparse.ArgumentParser(
        prog="python -m jetapi.sandbox", description="A sandbox of Jet's Merchant API."
    )
    this.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    this.add_argument("--port", type=int, default=8001, help="port, 0 for any free one (default %(default)s)")
    this.add_argument("--state", default=MEMORY, metavar="FILE", help="SQLite file to keep everything in")
    this.add_argument(
        "--taxonomy", type=Path, metavar="DIR", help="folder with Jet's four taxonomy CSV files"
    )
    this.add_argument(
        "--profile", choices=PROFILES, default="2018", help="which Jet to be (default %(default)s)"
    )
    this.add_argument(
        "--compat", action=yes_no, default=True, help="go on understanding calls from before 2018"
    )
    this.add_argument("--strict", action=yes_no, default=False, help="refuse what the documents leave open")
    this.add_argument("--latency-ms", type=float, default=0, help="wait so long before each call")
    this.add_argument(
        "--rate-limit", type=int, default=0, metavar="N", help="calls a minute per account, 0 = any"
    )
    this.add_argument(
        "--allow-remote", action="store_true", help="listen on an address that others can reach"
    )
    this.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="answer control and partner pages under this name too; may be given again",
    )  # fmt: skip
    return this


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    given = parser().parse_args(arguments)
    sys.setswitchinterval(SWITCH_SECONDS)
    os.umask(0o077)  # its state holds keys, and buyers
    options = Options(
        state=given.state,
        taxonomy=given.taxonomy,
        profile=given.profile,
        compat=given.compat,
        strict=given.strict,
        latency_ms=given.latency_ms,
        rate_limit=given.rate_limit,
        allowed_hosts=tuple(name.lower() for name in given.allow_host),
    )
    try:
        sandbox = Sandbox(options=options)
        server = sandbox.server(given.port, given.host, allow_remote=given.allow_remote)
    except (ValueError, OSError, sqlite3.Error) as problem:
        sys.stderr.write(f"jetapi.sandbox: {problem}\n")
        return 2
    sys.stdout.write(f"Jet sandbox at {server.url}/api (control /_sandbox/, pages {server.url}/partner/)\n")
    sys.stdout.flush()
    try:
        serve_until_stopped(server)
    finally:
        sandbox.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
