"""Jobs, rejected files and notifications: how the work stands, and a job run now."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from catalog.listings.models import UploadFile
from jetbridge.api import lists, problems
from jetbridge.api.gate import reads, writes
from jetbridge.api.lists import PagingQuery, Syncing
from jetbridge.api.problems import ApiProblem
from jetbridge.api.shapes import Page
from jetbridge.core import configuration
from jetbridge.inbox.models import Notification
from jetbridge.jobs import queue, status
from jetbridge.jobs.registry import JOBS

router = Router(tags=["operations"])

SEE_JOBS = "core.view_jobrun"


class LastRun(Schema):
    """The newest run of a job."""

    outcome: str
    started_at: datetime
    finished_at: datetime | None
    done: int
    failed: int
    message: str


class JobOut(Schema):
    """A job with its rhythm in words, when it runs next (UTC), and how its last run went."""

    name: str
    title: str
    purpose: str
    rhythm: str
    paused: bool
    late: bool
    next_at: datetime | None
    last: LastRun | None


class Asked(Schema):
    """A run that was asked for; a worker takes it up."""

    id: str
    state: str


class FileOut(Schema):
    """One file that Jet processed with errors."""

    id: str
    name: str
    kind: str
    status: str
    products: int
    errors: int
    said: list[str]
    created_at: datetime
    finished_at: datetime | None
    changed_at: datetime | None


class NotificationOut(Schema):
    """One line of the inbox."""

    id: str
    kind: str
    severity: str
    title: str
    text: str
    count: int
    url: str
    read: bool
    changed_at: datetime


class NotificationQuery(Syncing):
    """All notifications, or only unread ones; with `changed_since`, those raised or renewed from then on."""

    unread: bool = Field(False, description="Only those that nobody read yet.")


@reads(router, "/jobs", permission=SEE_JOBS, response=Page[JobOut], summary="List jobs")
def jobs(request: HttpRequest, asked: PagingQuery) -> dict[str, Any]:
    """Every job by name: whether it is late or paused, how its last run went."""
    names, following = lists.of_names(list(JOBS), asked)
    states = {state.job.name: state for state in status.job_states()}
    return {"items": [_job(states[name]) for name in names], "next": following}


@writes(
    router,
    "POST",
    "/jobs/{name}/run",
    permission="core.run_job",
    response=Asked,
    status=202,
    summary="Run a job",
)
def run_job(request: HttpRequest, name: str) -> dict[str, Any]:
    """Ask the workers to run a job now, paused or not."""
    if name not in JOBS:
        raise problems.not_found("job", name)
    if not queue.run_now(name, user=request.user):  # type: ignore[arg-type]
        raise ApiProblem(503, "api.unavailable", "The queue does not answer.", headers={"Retry-After": "30"})
    return {"id": name, "state": "asked"}


@reads(
    router,
    "/rejected-files",
    permission="catalog.view_uploadfile",
    response=Page[FileOut],
    summary="List rejected files",
)
def rejected_files(request: HttpRequest, asked: Annotated[Syncing, Query()]) -> dict[str, Any]:
    """Files that Jet processed with errors and nobody cleared away, newest first, or those refused since."""
    rows = UploadFile.objects.filter(
        account=configuration.active_account(), status=UploadFile.Status.ERRORS, cleared_at=None
    )
    return lists.page(rows, asked, changed="finished_at", show=_file)


@reads(
    router,
    "/notifications",
    permission="core.view_notification",
    response=Page[NotificationOut],
    summary="List notifications",
)
def notifications(request: HttpRequest, asked: Annotated[NotificationQuery, Query()]) -> dict[str, Any]:
    """Lines of the inbox, newest first, or those that changed since."""
    rows = Notification.objects.all()
    rows = rows.filter(read_at=None) if asked.unread else rows
    return lists.page(rows, asked, changed="updated_at", show=_notification)


def _job(state: status.JobState) -> dict[str, Any]:
    run = state.last
    return {
        "name": state.job.name,
        "title": state.job.title,
        "purpose": state.job.purpose,
        "rhythm": state.rhythm,
        "paused": state.paused,
        "late": state.is_late,
        "next_at": state.next_at,
        "last": run
        and {
            "outcome": run.outcome,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "done": run.done,
            "failed": run.failed,
            "message": run.message,
        },
    }


def _file(row: UploadFile) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "kind": row.kind,
        "status": row.status,
        "products": row.product_count,
        "errors": row.error_count,
        "said": [str(error) for error in row.errors],
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "changed_at": row.finished_at,
    }


def _notification(row: Notification) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "severity": row.severity,
        "title": row.title,
        "text": row.text,
        "count": row.count,
        "url": row.url,
        "read": row.read_at is not None,
        "changed_at": row.updated_at,
    }
