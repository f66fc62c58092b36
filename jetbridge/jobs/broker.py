"""The embedded broker: kombu's filesystem transport with every file written whole or not at all."""

import fcntl
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem, virtual
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

Binding = filesystem.exchange_queue_t
# How `jobs.queue` marks the messages that only say that there is something to do.
TRIGGER, NUDGE = "jetbridge_trigger", "nudge"


def _write_whole(path: Path, content: Any) -> None:
    """Write under a name that no reader looks at, then rename: nobody ever sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.write_bytes(str_to_bytes(dumps(content)))
    draft.replace(path)


def _nudged(payload: dict[str, Any]) -> str:
    """
    Return a name's end for the job that a message nudges now; nothing for any other message.

    A nudge that still lies there is read later than now, so the run that it starts sees all that a second one asks
    for: one a job is enough, however far the worker is behind.
    """
    headers = payload.get("headers") or {}
    if headers.get(TRIGGER) != NUDGE or headers.get("eta"):
        return ""
    return "_" + str(headers["task"]).replace(".", "-")


class Channel(filesystem.Channel):
    """A channel whose messages and bindings appear and vanish in one step each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        nudged = f"{_nudged(payload)}.{queue}.msg"
        if nudged[0] == "_" and any(name.endswith(nudged) for name in os.listdir(self.data_folder_out)):
            return
        # Wall-clock order survives a restart of the machine; the stock transport's monotonic one does not.
        name = f"{time.time_ns():020d}_{secrets.token_hex(8)}{nudged}"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str) -> Any:
        """Take the oldest message: of several consumers only one can rename the file away."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder) / name
            try:
                Path(self.data_folder_in, name).rename(taken)
            except FileNotFoundError:  # another consumer was faster
                continue
            content = taken.read_bytes()
            taken.unlink()
            try:
                return loads(bytes_to_str(content))
            except ValueError:  # a power cut can leave an empty file behind
                logger.warning("The message %s is damaged and was dropped.", name)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        try:
            return list(super().get_table(exchange))
        except ValueError:  # damaged by a power cut: consumers bind again when they start
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = Binding(routing_key or "", pattern or "", queue or "")
        self._edit_table(exchange, lambda table: table if binding in table else [binding, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        self._edit_table(exchange, lambda table: [other for other in table if other != binding])

    def _edit_table(self, exchange: str, change: Callable[[list[Any]], list[Any]]) -> None:
        with self._table_lock():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                _write_whole(Path(self._exchange_file(exchange)), after)

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        with (Path(self.control_folder) / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What the broker URL jetfiles:// stands for."""

    Channel = Channel
    global_state = virtual.BrokerState()
