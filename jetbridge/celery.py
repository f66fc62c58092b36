"""The Celery app: workers and beat start from here; the tasks come with the apps, in every process (jobs.apps)."""

import os

from celery import Celery
from click import Option
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
TRANSPORT_ALIASES["jetfiles"] = "jetbridge.jobs.broker:Transport"

app = Celery("jetbridge")
# Named, not imported: it reads Django's settings, which are not ready while this package is imported.
app.config_from_object("jetbridge.jobs.celery_settings")
# Loaded by the worker alone, when it starts.
app.steps["consumer"].add("jetbridge.jobs.worker_steps:WorkerHeartbeat")
app.steps["worker"].add("jetbridge.jobs.worker_steps:BeatWatch")
app.steps["worker"].add("jetbridge.jobs.worker_steps:UpWatch")
app.steps["worker"].add("jetbridge.desk.supervision.jet_watch:JetWatch")
app.steps["worker"].add("jetbridge.jobs.worker_steps:Pulse")
app.user_options["worker"].add(
    Option(("--pulse",), default="", help="The folder in which its processes show that they are not held.")
)
app.user_options["worker"].add(
    Option(
        ("--up",), type=int, default=0, help="The process that started it: the worker ends when that is gone."
    )
)
