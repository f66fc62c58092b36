"""Says what the machine is about to reject by itself, stops it, or lets it go on."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted
from orders.management import lookups
from orders.services import rejection_stops
from orders.services.cancel_guard import NotGuarded


class Command(PanelCommand):
    """The banner above Failed / Pending, with its two buttons."""

    help = (
        "Say which held orders will be rejected by the rule. --stop keeps all of them waiting; --go-on lets what is "
        "held now be rejected at its minute: needs a reason, beyond the limit also --above-limit."
    )
    refusals = (NotGuarded,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stop", action="store_true", help="reject nothing by rule until somebody decides"
        )
        parser.add_argument("--go-on", action="store_true", help="end the stop")
        lookups.add_consent(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stop"] and options["go_on"]:
            raise Usage("Say --stop or --go-on, not both.")
        account, said = configuration.active_account(), ""
        with self.trying(options["dry_run"]):
            if options["stop"]:
                rejection_stops.stop(account, reason="Stopped by hand.")
            elif options["go_on"]:
                allowed = rejection_stops.let_go_on(account, consent=lookups.consent_of(options))
                said = f"{counted(allowed, 'order')} may be rejected now; each at its minute."
            found = rejection_stops.forecast(account)
        stop = found.stop if found else None
        summary = {
            "orders": found.orders if found else 0,
            "amount": str(found.amount) if found else "0",
            "first_at": found.first_at.isoformat() if found and found.first_at else None,
            "rate_before": str(found.outlook.before) if found else None,
            "rate_after": str(found.outlook.after) if found else None,
            "stopped_since": stop.began_at.isoformat() if stop else None,
        }
        self.finish(summary, said or _words(found))


def _words(found: rejection_stops.Forecast | None) -> str:
    if found is None:
        return "No order is about to be rejected, and nothing is stopped."
    if found.stop is None:
        return f"{found.lost}, will be rejected within 15 minutes. {found.rates}"
    if not found.orders:
        return "Rejecting is stopped. It concerns none at present; later ones will wait."
    return f"Rejecting is stopped. {found.lost}, wait for your decision. {found.rates} {found.lateness}"
