"""`manage.py notifications`: a person's unread lines and settings, from the shell."""

from typing import Any

from django.contrib.auth.models import User as Person
from django.core.management.base import CommandParser

from jetbridge.core.management import lookups
from jetbridge.core.management.faults import Usage
from jetbridge.inbox import preferences, readings
from jetbridge.inbox.forms import MyNotificationsForm
from jetbridge.inbox.kinds import names
from jetbridge.inbox.models import Notification
from jetbridge.panel.management.forms import FormCommand


class Command(FormCommand):
    """Mark as read and Save of My notifications, for the person who is named."""

    help = (
        "List a person's unread notifications; mark them as read, or change what this person is notified of."
    )
    form = MyNotificationsForm
    flags = {"least_severity": "--least", "digest_hour": "--hour"}
    rows = {"--inbox": "KIND=on|off", "--mail": "KIND=now|digest|never"}
    hints = {
        "least_severity": "notify of nothing below this",
        "digest_hour": "0 to 23, of the daily digest, or `all` for that of all",
    }
    bad_value = 2

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and what is to change."""
        parser.add_argument("person", metavar="PERSON", help="user name")
        parser.add_argument("--mark-read", action="store_true")
        self.add_fields(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what was asked for, then say how it stands."""
        person, marked = lookups.person(options["person"]), 0
        with self.trying(options["dry_run"]):
            if options["mark_read"]:
                marked = readings.mark_read(lines=Notification.objects.all(), by=person.pk)
            self._save(person, options)
            self._finish(person, marked)

    def _save(self, person: Person, options: dict[str, Any]) -> None:
        kinds = [text.rpartition("=")[0] for text in (*options["inbox"], *options["mail"])]
        if strange := sorted(set(kinds) - set(names())):
            raise Usage(f"There is no kind {', '.join(strange)}. Kinds: {', '.join(names())}.")
        mine = preferences.of(person)
        fields = self.rows_given(MyNotificationsForm(mine=mine), options, "This person")
        fields |= self.given({**options, "hour": "" if options["hour"] == "all" else options["hour"]})
        if fields:
            form = self.filled(fields, mine=mine)
            general = {name: form.cleaned_data[name] for name in ("least_severity", "digest_hour")}
            preferences.save(person=person, kinds=form.choices(), **general)

    def _finish(self, person: Person, marked: int) -> None:
        mine = preferences.of(person)
        unread = [
            {"kind": line.kind, "title": line.titled(line.count), "severity": line.severity, "url": line.url}
            for line in readings.unread(person.pk)[:100]
        ]
        kinds = {
            kind: {"inbox": choice.inbox, "mail": choice.mail}
            for kind, choice in preferences.all_choices(mine).items()
        }
        summary = {
            "person": person.get_username(), "marked": marked, "unread": unread,
            "least": mine.least_severity, "hour": mine.digest_hour, "kinds": kinds,
        }  # fmt: skip
        text = "\n".join(f"{row['severity']}: {row['title']}" for row in unread) or "Nothing is unread."
        self.finish(summary, f"{marked} marked as read.\n{text}" if marked else text)
