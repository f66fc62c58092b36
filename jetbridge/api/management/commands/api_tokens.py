"""`manage.py api_tokens PERSON`: a person's tokens; makes one, takes one back."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.api import tokens
from jetbridge.api.models import Token
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage


class Command(PanelCommand):
    """The page My API tokens."""

    help = "List a person's API tokens; make one, which is shown this once; take one back."
    refusals = (tokens.TokenRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and what is to be done."""
        parser.add_argument("person", metavar="PERSON", help="user name")
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--create", metavar="NAME", help="a new token, named after the program that uses it"
        )
        action.add_argument("--revoke", type=int, metavar="ID", help="it lets nobody in any more")
        parser.add_argument("--scope", choices=Token.Scope.values, help="of a new one; default read")
        parser.add_argument("--days", type=int, metavar="N", help=f"of a new one; default {tokens.DAYS}")
        self.add_dry_run(parser)

    def handle(self, *args: Any, person: str, **options: Any) -> None:
        """Do the one thing that was asked for."""
        owner = lookups.person(person)
        if options["create"] is None and (options["scope"] or options["days"] is not None):
            raise Usage("--scope and --days go with --create.")
        with self.trying(options["dry_run"]):
            if options["create"] is not None:
                token, secret = tokens.create(
                    person=owner,
                    name=options["create"],
                    scope=options["scope"] or Token.Scope.READ,
                    days=tokens.DAYS if options["days"] is None else options["days"],
                )
                # Of a dry run it opens nothing.
                self.finish_facts({**_facts(token), **({} if options["dry_run"] else {"token": secret})})
            elif options["revoke"] is not None:
                found = lookups.existing(
                    Token.objects.filter(person=owner),
                    f"{person} has no token {options['revoke']}.",
                    pk=options["revoke"],
                )
                tokens.revoke(token=found)
                self.finish_facts(_facts(found))
            else:
                rows = [_facts(each) for each in Token.objects.filter(person=owner)]
                self.finish_rows("tokens", rows, f"{person} has no API tokens.")


def _facts(token: Token) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "start": token.start,
        "scope": token.scope,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
