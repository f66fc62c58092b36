"""What somebody who helps needs to see of an installation, in one file: no secret and no buyer in it."""

import io
import json
import platform
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.mapping.models import AttributeMapping, CategoryMapping
from jetbridge.core import configuration
from jetbridge.core.jet.redaction import without_secrets
from jetbridge.core.models import ApiCall, JobRun
from jetbridge.desk.services import configuration_files
from jetbridge.jobs import status
from jetbridge.jobs.registry import JOBS

PACKAGES = ("django", "django-unfold", "celery", "kombu", "requests", "pydantic", "django-import-export")
CALLS, RUNS, MAPPINGS = 200, 100, 5000


def build(*, tracebacks: bool) -> bytes:
    """
    Return a ZIP of JSON files: versions, health, configuration, mappings, the last jobs and errors.

    Tracebacks are for those who may see them on the job's page; of each only the places in the code leave, for the
    text of an exception may quote an order.
    """
    parts: dict[str, Callable[[], Any]] = {
        "versions.json": versions,
        "health.json": health,
        "configuration.json": lambda: json.loads(configuration_files.dump()),
        "mappings.json": mappings,
        "jobs.json": jobs,
        "errors.json": lambda: errors(tracebacks=tracebacks),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, part in parts.items():
            text = json.dumps(part(), indent=2, default=str, ensure_ascii=False)
            bundle.writestr(name, _without_secrets(text) + "\n")
    return file.getvalue()


def versions() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "database": connection.vendor,
        "broker": "redis" if settings.REDIS_URL else "files",
        "packages": {name: version(name) for name in PACKAGES},
        "at": timezone.now(),
    }


def health() -> list[dict[str, str]]:
    """Return the lights of the cron page."""
    return [{"name": light.name, "tone": light.tone, "words": light.words} for light in status.helpers()]


def mappings() -> dict[str, Any]:
    """Return which store category and attribute leads where."""
    categories = CategoryMapping.objects.values_list(
        "store_category__full_path", "jet_category__jet_id", "jet_category__path"
    )
    attributes = AttributeMapping.objects.values_list(
        "attribute__code", "jet_attribute__jet_id", "category__jet_id"
    )
    return {"categories": list(categories[:MAPPINGS]), "attributes": list(attributes[:MAPPINGS])}


def jobs() -> dict[str, Any]:
    """Return how each job runs and what its last runs achieved."""
    return {
        state.job.name: {
            "rhythm": state.rhythm,
            "paused": state.paused,
            "late": state.is_late,
            "runs": [
                [run.pk, run.started_at, run.outcome, run.done, run.failed, run.skipped, _message(run)]
                for run in state.runs
            ],
        }
        for state in status.job_states()
    }


def errors(*, tracebacks: bool) -> dict[str, Any]:
    """Return the last calls that Jet refused or did not answer, and the last runs that failed."""
    calls = ApiCall.objects.filter(status__gte=400).order_by("-pk").values(
        "at", "method", "path", "status", "error", "request_body", "response_body", "purpose", "request_id"
    )[:CALLS]  # fmt: skip
    bad = (JobRun.Outcome.FAILED, JobRun.Outcome.DIED, JobRun.Outcome.REFUSED, JobRun.Outcome.PARTIAL)
    runs = [
        run
        for name in JOBS
        for run in JobRun.objects.filter(job=name, outcome__in=bad).order_by("-started_at")[:5]
    ]
    return {
        "calls": list(calls),
        "runs": [
            {
                "job": run.job,
                "at": run.started_at,
                "outcome": run.outcome,
                "message": _message(run),
                "items": run.items[:20],
                "traceback": _places(run.traceback) if tracebacks and run.traceback else [],
            }
            for run in runs[:RUNS]
        ],
    }


def _message(run: JobRun) -> str:
    """Return what a run said; of one that broke off unexpectedly only what kind of error it was."""
    return _places(run.traceback)[-1] if run.traceback else run.message


def _places(traceback: str) -> list[str]:
    """Return which files and kinds of errors a traceback names; no text of an exception is among them."""
    found = []
    for block in traceback.split("Traceback (most recent call last):\n")[1:]:
        lines = block.splitlines()
        frames = list(takewhile(lambda line: line.startswith(" "), lines))
        kind = "".join(lines[len(frames) : len(frames) + 1]).partition(":")[0]
        found += [line for line in frames if line.startswith("  File ")]
        found.append(kind if kind.replace(".", "").isidentifier() else "Error")
    return found or ["Error"]


def _without_secrets(text: str) -> str:
    """Free texts, such as tracebacks, are looked through once more: keys of this installation are blacked out."""
    text = without_secrets(text)
    for mode in ("test", "live"):
        secret = configuration.account(mode).api_secret
        if secret:
            text = text.replace(secret, "[redacted]")
    return text.replace(settings.SECRET_KEY, "[redacted]")
