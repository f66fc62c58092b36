"""`manage.py notifications`: a person's unread lines and settings, from the shell."""

from typing import Any

from django.contrib.auth.models import User as Person
from django.core.management.base import CommandParser

from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.inbox import preferences, readings
from jetbridge.inbox.kinds import names
from jetbridge.inbox.models import Mailed, Notification
from jetbridge.inbox.preferences import SEVERITIES, Wish

SWITCH = {"on": True, "off": False}


class Command(PanelCommand):
    """Mark as read and Save of My notifications, for the person who is named."""

    help = "List a person's unread notifications; mark them as read, or change what this person is told of."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and what is to change."""
        parser.add_argument("person", metavar="PERSON", help="user name")
        parser.add_argument("--mark-read", action="store_true")
        parser.add_argument(
            "--inbox", action="append", default=[], metavar="KIND=on|off", help="may be repeated"
        )
        parser.add_argument("--mail", action="append", default=[], metavar="KIND=now|digest|never")
        parser.add_argument("--least", choices=SEVERITIES, help="tell nothing below this")
        parser.add_argument("--hour", metavar="0-23", help="of the daily digest, or `all` for that of all")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what was asked for, then say how it stands."""
        person = lookups.person(options["person"])
        with self.trying(options["dry_run"]):
            self._change(person, options)

    def _change(self, person: Person, options: dict[str, Any]) -> None:
        marked = (
            readings.mark_read(lines=Notification.objects.all(), by=person.pk) if options["mark_read"] else 0
        )
        if options["inbox"] or options["mail"] or options["least"] or options["hour"]:
            self._save(person, options)
        mine = preferences.of(person)
        unread = [
            {"kind": line.kind, "title": line.titled(line.count), "severity": line.severity, "url": line.url}
            for line in readings.unread(person.pk)[:100]
        ]
        kinds = {
            kind: {"inbox": wish.inbox, "mail": wish.mail}
            for kind, wish in preferences.all_wishes(mine).items()
        }
        summary = {
            "person": person.get_username(), "marked": marked, "unread": unread,
            "least": mine.least_severity, "hour": mine.digest_hour, "kinds": kinds,
        }  # fmt: skip
        text = "\n".join(f"{row['severity']}: {row['title']}" for row in unread) or "Nothing is unread."
        self.finish(summary, f"{marked} marked as read.\n{text}" if marked else text)

    def _save(self, person: Person, options: dict[str, Any]) -> None:
        mine = preferences.of(person)
        kinds = preferences.all_wishes(mine)
        for kind, word in _pairs(options["inbox"], SWITCH):
            kinds[kind] = Wish(SWITCH[word], kinds[kind].mail)
        for kind, word in _pairs(options["mail"], Mailed.values):
            kinds[kind] = Wish(kinds[kind].inbox, word)
        preferences.save(
            person=person,
            kinds=kinds,
            least_severity=options["least"] or mine.least_severity,
            digest_hour=_hour(options["hour"]) if options["hour"] else mine.digest_hour,
        )


def _pairs(words: list[str], allowed: Any) -> list[tuple[str, str]]:
    pairs = []
    for each in words:
        kind, _, word = each.partition("=")
        if kind not in names():
            raise Usage(f"There is no kind {kind}. Kinds: {', '.join(names())}.")
        if word not in allowed:
            raise Usage(f"{kind} takes {', '.join(allowed)}.")
        pairs.append((kind, word))
    return pairs


def _hour(word: str) -> int | None:
    if word == "all":
        return None
    if not word.isdigit() or int(word) > 23:
        raise Usage("--hour takes 0 to 23, or all.")
    return int(word)
