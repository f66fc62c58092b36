"""
A process that starts Django once and forks a child for each order that comes in.

An order is (code, arguments, environment), with the child's pipes: input, output, errors, and one by which a keeper
between the two says who the child is and how it ended.
"""

import atexit
import gc
import json
import os
import random
import signal
import socket
import sys
import threading
import traceback

import django
from django.db.migrations.loader import MigrationLoader
from django.urls import get_resolver

LONGEST_ORDER = 1 << 20


def prepare() -> None:
    """Import what the children would each import: the panel, its addresses, its migrations and tasks."""
    django.setup()
    get_resolver().url_patterns  # noqa: B018
    MigrationLoader(None)
    from jetbridge.celery import app

    app.tasks  # noqa: B018
    gc.freeze()


def serve(orders: socket.socket) -> None:
    """Fork until nobody can order any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, pipes, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 4)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            keep(json.loads(message), pipes)
        for pipe in pipes:
            os.close(pipe)


def keep(order: list, pipes: list[int]) -> None:
    """Fork the child, wait for it, and say how it ended."""
    *standard, end = pipes
    child = os.fork()
    if child == 0:
        os.close(end)
        for place, pipe in enumerate(standard):
            os.dup2(pipe, place)
            os.close(pipe)
        run(*order)
    for pipe in standard:
        os.close(pipe)
    os.write(end, f"{child} ".encode())
    os.write(end, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
    os._exit(0)


def run(code: str, arguments: list[str], environment: dict[str, str]) -> None:
    """Run the code, and end."""
    sys.argv[1:] = arguments
    os.environ.clear()
    os.environ.update(environment)
    random.seed()
    status: object = 0
    try:
        exec(compile(code, "<child>", "exec"), {"__name__": "__main__"})
    except SystemExit as asked:
        status = asked.code or 0
    except BaseException:
        traceback.print_exc()
        status = 1
    if not isinstance(status, int):
        sys.stderr.write(f"{status}\n")
        status = 1
    # As at any end; only that nobody takes apart, piece by piece, a memory that the parent has too: a second of work.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    prepare()
    serve(socket.socket(fileno=int(sys.argv[1])))
