"""What every log line carries beside its words: which request, which job and run, which call to Jet."""

import logging
from typing import Any

from jetbridge.core import outages
from jetbridge.core.actors import current_actor

# Signs by which a terminal or a reader of lines begins another line, or goes back in one.
_WRITTEN_OUT = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    ord("\t"): "\t", ord("\n"): "\\n", ord("\r"): "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029",
}  # fmt: skip


class ActorFilter(logging.Filter):
    """Add the ids of whoever acts, so that one action can be followed through the lines of all processes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with `request_id`, `job`, `job_run` and `call_id` filled in; empty is unknown."""
        actor = current_actor()
        ids = {
            "request_id": actor.request_id,
            "job": actor.job,
            "job_run": actor.job_run_id or "",
            "call_id": "",
        }
        for name, value in ids.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class LineFormatter(logging.Formatter):
    """One line a record: what stands in a name from outside begins no line that looks like another record's."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the record's line, with signs that end or overwrite one written out."""
        return super().formatMessage(record).translate(_WRITTEN_OUT)

    def formatException(self, ei: Any) -> str:
        """Return a traceback, each line of it moved in."""
        lines = super().formatException(ei).translate({**_WRITTEN_OUT, ord("\n"): "\n"}).split("\n")
        return "\n".join(f"  {line}" for line in lines)


class OutageFilter(logging.Filter):
    """Leave out the traceback of an outage: on a full disk it says nothing and takes the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of an outage with its cause in one line."""
        error = record.exc_info[1] if record.exc_info else None
        if outage := outages.outage_of(error, is_asking=False):
            record.msg, record.args = f"{record.getMessage().splitlines()[0]} {outage}", None
            record.exc_info = record.exc_text = None
        return True
