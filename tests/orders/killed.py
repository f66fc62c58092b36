"""A job in a process of its own that dies at one point: before or after a commit, before or after a call to Jet."""

import os
import signal
import threading

import requests
from django.db import connection

from orders import tasks

JOBS = {
    "import": tasks.import_ready_orders,
    "retry": tasks.retry_failed_orders,
    "ship": tasks.send_shipments,
}
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Executioner:
    """Counts the points at which a worker can die, and kills this process at the chosen one; 0 kills nobody."""

    def __init__(self, chosen: int) -> None:
        self.chosen, self.passed, self._lock = chosen, 0, threading.Lock()

    def pass_by(self) -> None:
        """Count one point; die there if it is the chosen one, as nothing in the process can prevent or tidy up."""
        with self._lock:
            self.passed += 1
            if self.passed == self.chosen:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    def around(self, function):
        """Return the function with a point before and one after it."""

        def watched(*args, **kwargs):
            self.pass_by()
            answer = function(*args, **kwargs)
            self.pass_by()
            return answer

        return watched

    def around_statement(self, execute, sql, params, many, context):
        """A write outside of a transaction commits by itself."""
        if connection.in_atomic_block or not sql.lstrip().startswith(_WRITES):
            return execute(sql, params, many, context)
        return self.around(execute)(sql, params, many, context)


def run(job: str, chosen: int) -> int:
    """Run the job and die at the chosen point; return how many points it has."""
    executioner = Executioner(chosen)
    adapter = requests.adapters.HTTPAdapter
    adapter.send = executioner.around(adapter.send)
    connection.ensure_connection()
    connection.commit = executioner.around(connection.commit)
    with connection.execute_wrapper(executioner.around_statement):
        JOBS[job]()
    return executioner.passed
