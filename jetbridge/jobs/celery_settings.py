"""Celery's settings: the broker by REDIS_URL, else files under the home; times in UTC, no results kept."""

from typing import Any

from django.conf import settings

# Longer than any task may take: Redis hands a message out again after this long without an answer.
VISIBILITY_SECONDS = 3600

timezone = "UTC"
enable_utc = True
task_ignore_result = True
result_expires = None  # nothing is kept, so nothing is to be cleaned up on a schedule of Celery's own
# Every job takes up only what is still undone, so a message may safely come twice, and must not be lost.
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_redirect_stdouts = False
worker_send_task_events = False
broker_connection_retry_on_startup = True
broker_connection_timeout = 4
beat_scheduler = "jetbridge.jobs.worker_steps:Scheduler"
beat_max_loop_interval = 5

# A web page that nudges waits this long at most for a broker that is away.
_IMPATIENT = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}

broker_url: str
broker_transport_options: dict[str, Any]
if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options = {
        **_IMPATIENT,
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
    }
else:
    _folder = settings.JETBRIDGE_HOME / "broker"
    broker_url = "jetfiles://localhost"
    broker_transport_options = {
        **_IMPATIENT,
        "data_folder_in": str(_folder / "queue"),
        "data_folder_out": str(_folder / "queue"),
        "processed_folder": str(_folder / "processed"),
        "control_folder": str(_folder / "control"),
        "polling_interval": 0.05,
    }
