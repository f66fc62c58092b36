"""Whether this installation can do its work now: one answer for supervisors, a light for each part."""

import shutil

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse

from jetbridge.core import configuration, outages
from jetbridge.jobs import heartbeats, status
from jetbridge.jobs.heartbeats import Part
from jetbridge.jobs.lights import age_light, part_light, stall_light
from jetbridge.panel.header import Light, jet_light

# Jet being away does not make the panel useless: it is reported, and does not turn a balancer away.
SHOWN_ONLY = frozenset({"jet"})
# Less than this, and an upload or a busy minute fills the disk.
LEAST_SPACE = 64 * 2**20


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all parts are there and each run gets on, else 503; each by name."""
    try:
        lights = _lights()
    except (Error, OSError) as error:
        outage = outages.outage_of(error)
        cause = {"cause": outage.cause} if outage else {}
        return JsonResponse({"ready": False, "database": False, **cause}, status=503)
    fine = {name: light.tone in ("green", "grey") for name, light in lights.items()}
    ready = all(fine[name] for name in fine.keys() - SHOWN_ONLY)
    return JsonResponse({"ready": ready, **fine}, status=200 if ready else 503)


def _lights() -> dict[str, Light]:
    pending = outages.waiting_migrations()
    found = {
        "database": Light("Database", "green", "The database answers"),
        "space": _space_light(),
        "migrations": Light("Migrations", "red" if pending else "green", f"{pending} to apply"),
        "broker": status.broker_light(),
    }
    if pending:  # tables may be missing: asking them would fail
        return found
    heartbeats.probe()
    config = configuration.current()
    return {
        **found,
        "worker": part_light(Part.WORKER),
        "beat": part_light(Part.SCHEDULE),
        "runs": stall_light(),
        "deliveries": age_light(),
        "jet": jet_light(configuration.account(config.mode)),
    }


def _space_light() -> Light:
    free = shutil.disk_usage(settings.JETBRIDGE_HOME).free
    return Light("Space", "green" if free >= LEAST_SPACE else "red", f"{free // 2**20} MB are free")
