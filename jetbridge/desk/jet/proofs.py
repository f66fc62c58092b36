"""Which of the required calls are done, and the logged call that proves each; no writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from jetbridge.core.models import ApiCall, Event, JetAccount
from jetbridge.desk.jet.runway import STEPS, Step

# The log can hold millions of rows; a proof is looked for among the latest only.
LATEST_CALLS = 50_000


@dataclass(frozen=True)
class SetupStatus:
    """What Jet counts as done of the required calls, by Jet's own names."""

    steps: Mapping[str, bool]

    @property
    def is_complete(self) -> bool:
        """Whether Jet gives out live keys."""
        return all(self.steps.values())


@dataclass(frozen=True)
class StepState:
    """One required call: whether Jet counts it as done, when we last made it, and the logged call."""

    step: Step
    done: bool | None
    at: datetime | None
    call: ApiCall | None


def setup_status(client: Client) -> SetupStatus:
    """
    Fetch which required calls Jet has seen.

    :raises JetFailure: no answer, or a refusal
    """
    with our_errors():
        return SetupStatus(speaking(client).setup.status().steps)


def runway(account: JetAccount, status: SetupStatus | None) -> list[StepState]:
    """Return all required calls with their state; done is None where Jet could not be asked."""
    states = []
    for step in STEPS:
        done = status.steps.get(step.flag) if status else None
        # Ships and cancels are the same call: without Jet's own word, a logged one proves nothing.
        call = proof(account, step) if done else None
        states.append(StepState(step, done, call.at if call else None, call))
    return states


def proof(account: JetAccount, step: Step) -> ApiCall | None:
    """Return the latest accepted call that proves a step: the runway's own, else the panel's everyday one."""
    tick = (
        Event.objects.filter(kind=account._meta.label_lower, object_id=str(account.pk), after__step=step.key)
        .order_by("-pk")
        .first()
    )
    by_call = Q(method=step.proof_method, path__endswith=step.proof_suffix)
    by_file = Q(method="POST", path__endswith="/files/uploaded") if step.by_file else Q()
    calls = ApiCall.objects.filter(by_call | by_file, account=account, store=None, status__range=(200, 299))
    if tick and (mine := calls.filter(request_id=tick.request_id).order_by("-pk").first()):
        return mine
    newest = ApiCall.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return calls.filter(pk__gt=newest - LATEST_CALLS).order_by("-pk").first()
