"""The other side of the test deliveries: a journal in a file that all processes append to, and faults in others."""

import json
import os
import time
from pathlib import Path
from typing import Any

from jetbridge.core.send_failures import AnswerLost, Halt, NotSent, Rejected


class FarSide:
    """Takes labels and vouchers; what it did stands in its journal, one line each."""

    def __init__(self, folder: str | Path) -> None:
        self._journal, self._faults = Path(folder) / "journal", Path(folder) / "faults"
        self._faults.mkdir(exist_ok=True)

    def put(self, what: str, key: int, content: str = "") -> str:
        """
        Do one thing and answer.

        :raises SendFailure: as the faults say
        """
        faults = {path.name: path.read_text() for path in self._faults.iterdir()}
        if "down" in faults:
            raise Halt("It is down.")
        if "busy" in faults:
            raise NotSent("It is busy.")
        if "reject" in faults:
            raise Rejected(faults["reject"])
        time.sleep(float(faults.get("slow", 0)))
        line = json.dumps([what, key, content]) + "\n"
        with self._journal.open("ab", buffering=0) as journal:
            journal.write(line.encode())
            os.fsync(journal.fileno())
        if "lose" in faults:
            raise AnswerLost("The line went dead.")
        return f"{what} {key}"

    def done(self, what: str) -> list[tuple[int, str]]:
        """Return what was done of a kind, in order."""
        lines = self._journal.read_text().splitlines() if self._journal.exists() else []
        return [(key, content) for kind, key, content in map(json.loads, lines) if kind == what]

    def found(self, what: str, key: int) -> str | None:
        """Look one thing up."""
        return f"{what} {key}" if any(done == key for done, _ in self.done(what)) else None

    def go_down(self) -> None:
        """Take no calls any more."""
        self.fault("down")

    def lose_answers(self) -> None:
        """Do what is asked and never answer."""
        self.fault("lose")

    def fault(self, kind: str, value: Any = "") -> None:
        """Misbehave from now on."""
        (self._faults / kind).write_text(str(value))

    def heal(self) -> None:
        """Behave from now on."""
        for path in self._faults.iterdir():
            path.unlink()
