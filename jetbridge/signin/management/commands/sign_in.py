"""`manage.py sign_in PERSON`: second factors and sessions of somebody; helps who lost the telephone."""

from typing import Any

from django.contrib.auth.models import User as Person
from django.core.management.base import CommandError, CommandParser

from jetbridge.core import sessions
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.signin import factors, letters, single_sign_on
from jetbridge.signin.models import Letter


class Command(PanelCommand):
    """The page My sign-in, and its part on a person's page."""

    help = "Show how a person signs in and where; remove second factors, make recovery codes, end a session."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and what is to be done."""
        parser.add_argument("person", metavar="PERSON", help="user name")
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--remove-second-step", action="store_true", help="the password alone opens the panel again"
        )
        action.add_argument(
            "--new-codes", action="store_true", help="new recovery codes, shown this once; former ones end"
        )
        action.add_argument(
            "--unlink", action="store_true", help="forget which identity of single sign-on the person is"
        )
        action.add_argument("--mail-link", action="store_true", help="mail a link to set a password")
        action.add_argument("--end", metavar="SESSION", help="end the session of this id")
        self.add_dry_run(parser)

    def handle(self, *args: Any, person: str, **options: Any) -> None:
        """Do the one thing that was asked for, then say how it stands."""
        found = lookups.person(person)
        more: dict[str, Any] = {}
        with self.trying(options["dry_run"]):
            if options["remove_second_step"]:
                more["removed"] = factors.remove(person=found)
            elif options["mail_link"]:
                if not found.email:
                    raise CommandError(f"{person} has no e-mail address.")
                more["mailed"] = letters.write(person=found, kind=Letter.Kind.RESET)
            elif options["unlink"]:
                more["unlinked"] = single_sign_on.unlink(person=found)
            elif options["new_codes"]:
                if not factors.has_factor(found):
                    raise Usage(f"{person} has no second factor: recovery codes stand in for one.")
                codes = factors.renew_codes(person=found)
                # Of a dry run they open nothing.
                more["codes"] = [] if options["dry_run"] else codes
            elif options["end"] and not sessions.end_one(found, options["end"]):
                raise CommandError(f"{person} has no session {options['end']}.")
            self.finish_facts({**_facts(found), **more})


def _facts(person: Person) -> dict[str, Any]:
    return {
        "name": person.get_username(),
        "second_factors": [str(factors.KINDS[each.type]) for each in factors.of_person(person)],
        "recovery_codes_left": factors.codes_left(person),
        "must_have_one": factors.is_required(person),
        "sessions": [
            {"id": one.mark, "address": one.address, "browser": one.browser, "seen_at": one.seen}
            for one in sessions.of_person(person)
        ],
    }
