"""`manage.py webhooks`: lists webhooks; adds, switches and deletes one, shows its log, sends an event again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.api import webhooks
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage

SHOWN = 50


class Command(PanelCommand):
    """The pages of webhooks."""

    help = "List webhooks; add one, switch it on or off, delete it, show what was sent, send it again."
    refusals = (webhooks.WebhookRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a webhook and what becomes of it."""
        parser.add_argument("webhook", nargs="?", type=int, metavar="ID")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--add", metavar="URL", help="a new one; its secret is shown this once")
        action.add_argument("--on", action="store_true")
        action.add_argument("--off", action="store_true")
        action.add_argument("--delete", action="store_true", help="with its log")
        action.add_argument("--replay", type=int, metavar="NUMBER", help="send an event of the log again")
        parser.add_argument("--events", default="", metavar="A,B", help=f"of: {', '.join(webhooks.EVENTS)}")
        self.add_dry_run(parser)

    def handle(self, *args: Any, webhook: int | None, **options: Any) -> None:
        """Do the one thing that was asked for."""
        if options["add"] is not None:
            if webhook is not None:
                raise Usage("--add takes the address alone.")
            self._add(options)
        elif webhook is None:
            if any(options[name] for name in ("on", "off", "delete", "events")) or options["replay"]:
                raise Usage("Name the webhook by its number.")
            rows = [_facts(each) for each in Webhook.objects.all()]
            self.finish_rows("webhooks", rows, "There are no webhooks.")
        else:
            rows_of = Webhook.objects.all()
            found = lookups.existing(rows_of, f"There is no webhook {webhook}.", pk=webhook)
            self._change(found, options)

    def _add(self, options: dict[str, Any]) -> None:
        events = [name.strip() for name in options["events"].split(",") if name.strip()]
        with self.trying(options["dry_run"]):
            row, secret = webhooks.save(url=options["add"], events=events)
            self.finish_facts({**_facts(row), **({} if options["dry_run"] else {"secret": secret})})

    def _change(self, found: Webhook, options: dict[str, Any]) -> None:
        with self.trying(options["dry_run"]):
            if options["replay"] is not None:
                row = lookups.existing(
                    WebhookDelivery.objects.filter(webhook=found),
                    f"It sent no event {options['replay']}.",
                    pk=options["replay"],
                )
                if not webhooks.replay(delivery=row):
                    raise CommandError(f"{row.event} is on its way already.")
                self.finish_facts({"replayed": row.pk, "event": row.event})
            elif options["delete"]:
                webhooks.delete(webhook=found)
                self.finish_facts({"deleted": found.url})
            elif options["on"] or options["off"]:
                row_on, _ = webhooks.save(webhook=found, is_active=options["on"])
                self.finish_facts(_facts(row_on))
            else:
                log = [_sent(each) for each in found.deliveries.order_by("-pk")[:SHOWN]]
                self.finish_rows("deliveries", log, "No message is in the log.", **_facts(found))


def _facts(row: Webhook) -> dict[str, Any]:
    return {"id": row.pk, "url": row.url, "events": row.events, "active": row.is_active}


def _sent(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "number": row.pk,
        "event": row.event,
        "state": row.state.value,
        "status_code": row.status_code,
        "tries": row.attempts,
        "errors": row.errors,
        "created_at": row.created_at,
    }
