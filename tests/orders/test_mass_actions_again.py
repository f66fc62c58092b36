"""A cancel of many orders is begun once more: its reason and the word to pass the limit are asked anew."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders import selectors
from orders.mass_actions import steps
from orders.models import Order, Shipment


@pytest.fixture
def failed_cancel(mug, place, import_orders):
    """A cancel of four orders that failed for two, after a consent that let it pass a limit of 5 %."""
    config = configuration.current()
    config.cancel_limit_percent = Decimal(5)
    config.save()
    for _ in range(4):
        place("MUG-1")
    import_orders()
    ids = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    run = steps.draft(action="cancel", ids=ids[:2], options={"reason": "Flooded", "above_limit": True})
    steps.start(run)
    lifecycle.list_chosen(run, steps.RUNS.chosen(run), name="number")
    run.items.update(state=MassActionItem.State.FAILED, reason="Jet did not answer.")
    MassAction.objects.filter(pk=run.pk).update(
        state=MassAction.State.DONE, failed=2, finished_at=timezone.now()
    )
    return run


def test_a_cancel_planned_once_more_has_no_consent_yet(failed_cancel, browser):
    led = browser.post(reverse("orders:run_again", args=[failed_cancel.pk, "retry"]))

    html = browser.get(led.url).content.decode()
    fresh = MassAction.objects.latest("pk")
    assert not {"reason", "above_limit"} & set(fresh.options)
    assert (fresh.chosen, fresh.plan["will_go"]) == (2, 0)
    assert 'name="above_limit"' in html


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--retry"], 1, "Say why you cancel"),
        (["--retry", "--reason", "Still flooded"], 1, "--above-limit"),
        (["--pause", "--reason", "Still flooded"], 2, "go with --retry or --rest"),
    ],
)
def test_a_cancel_is_not_begun_once_more_on_an_old_consent(failed_cancel, words, code, why):
    with pytest.raises(CommandError, match=why) as refused:
        call_command("mass_actions", failed_cancel.pk, *words)

    assert refused.value.returncode == code
    assert MassAction.objects.get() == failed_cancel


def test_a_cancel_is_begun_once_more_with_a_consent_of_its_own(failed_cancel):
    call_command("mass_actions", failed_cancel.pk, "--retry", "--reason", "Still flooded", "--above-limit")
    call_command("run_job", selectors.RUNS)

    fresh = MassAction.objects.latest("pk")
    assert (fresh.state, fresh.done, fresh.failed, fresh.skipped) == ("done", 2, 0, 0)
    assert set(Shipment.objects.values_list("reason", flat=True)) == {"Still flooded"}
