"""What a shell is asked before a mass cancel of orders is begun anew: the reason, and leave to pass the limit."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.scopes import Guard
from orders.management import lookups
from orders.mass_actions.actions import CONSENT, GUARDED


class CancelGuard(Guard):
    """The cancellation guard, as the command of mass actions meets it."""

    action = GUARDED
    options = CONSENT
    misplaced = "--reason and --above-limit go with --retry or --rest of a cancel of orders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of every command that cancels."""
        lookups.add_consent(parser)

    def refuse(self, given: Mapping[str, Any]) -> None:
        """
        Refuse a cancel without a reason.

        :raises CommandError: nobody said why
        """
        if not str(given.get("reason", "")).strip():
            raise CommandError("Say why you cancel: --reason.")

    def give(self, run: MassAction, given: Mapping[str, Any]) -> None:
        """
        Put the consent into a draft.

        :raises CommandError: it goes beyond the cancellation limit, and nobody said that it may
        """
        if run.options.get("above_limit_hit") and "above_limit" not in given:
            rate = run.plan["outlook"]
            raise CommandError(
                f"The cancellation rate becomes {rate['after']} %, the limit is {rate['limit']} %. "
                "Confirm that it may be passed: --above-limit."
            )
        if given:
            run.options |= given
            run.save(update_fields=["options"])
