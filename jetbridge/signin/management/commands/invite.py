"""`manage.py invite NAME EMAIL --role ROLE`: let a colleague in, who sets a password by a link."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email

from jetbridge.core import roles
from jetbridge.core.management.base import PanelCommand
from jetbridge.inbox import mail_texts
from jetbridge.signin import letters


class Command(PanelCommand):
    """The page Invite a colleague."""

    help = "Add somebody without a password, and mail a link to set one; shows the link where no mail leaves."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who, where to and as what."""
        parser.add_argument(
            "name", metavar="NAME", help="how others call the person; the user name is made from the e-mail"
        )
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=roles.GROUPS)
        self.add_dry_run(parser)

    def handle(self, *args: Any, name: str, email: str, role: str, **options: Any) -> None:
        """Invite."""
        validate_email(email)
        with self.trying(options["dry_run"]):
            try:
                person = letters.invite(name=name, address=email, group=role)
            except letters.Known as error:
                raise CommandError("Somebody here has this e-mail address already.") from error
            shown = (
                {}
                if options["dry_run"] or letters.goes_out()
                else {"link": mail_texts.link(letters.link(person))}
            )
            facts = {"name": name, "user_name": person.get_username(), "email": email, "role": role}
            self.finish_facts({**facts, **shown})
