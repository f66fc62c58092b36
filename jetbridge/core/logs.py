"""What every log line carries beside its words: which request, which job and run, which call to Jet."""

import logging

from jetbridge.core import outages
from jetbridge.core.actors import current_actor


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


class OutageFilter(logging.Filter):
    """Leave out the traceback of an outage: on a full disk it says nothing and takes the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of an outage with its cause in one line."""
        error = record.exc_info[1] if record.exc_info else None
        if outage := outages.outage_of(error, is_asking=False):
            record.msg, record.args = f"{record.getMessage().splitlines()[0]} {outage}", None
            record.exc_info = record.exc_text = None
        return True
