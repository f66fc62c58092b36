"""`manage.py connect_store`: the Store tab's keys, Validate, Connect and Disconnect."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.core.models import Configuration, StoreView
from jetbridge.desk.services import configuration as settings_service
from jetbridge.desk.services import store as connections
from jetbridge.store import services as links
from jetbridge.store.magento.probes import Inspection
from jetbridge.store.models import SECRETS

KINDS = Configuration.StoreKind
# Options and the settings that they set.
SETTINGS = {
    "url": "store_url", "website": "store_website", "stock": "store_stock_id", "sources": "store_sources",
    "prefix": "store_order_prefix", "way": "store_way", "mailbox": "store_mailbox",
    "accept_phantom_stock": "store_accepts_phantoms", "admin_path": "store_admin_path",
}  # fmt: skip

UNSAVED = "Nothing was saved. Leave out --validate and --kind to save it unchecked."
ALONE = ("kind", "validate", "store_view", "consumer_key")


class Command(PanelCommand):
    """Without --kind or --validate it only saves what is given; with them, nothing that the store refuses."""

    help = "Connect the store: set its address and keys, check them, switch to it; or go back to files."
    refusals = (links.NotLinked,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kind", choices=KINDS.values, help="Who keeps the store; magento2 is checked first."
        )
        parser.add_argument("--url", help="Address of the store; empty: the store emulator of this run.")
        parser.add_argument("--consumer-key", help="Consumer key of the integration.")
        self.add_secret(parser, "--consumer-secret", "Consumer secret.")
        self.add_secret(parser, "--token", "Access token.")
        self.add_secret(parser, "--token-secret", "Access token secret.")
        self.add_secret(parser, "--bearer", "Access token, sent as Bearer instead of signing.")
        parser.add_argument(
            "--store-view", metavar="CODE", help="Store view whose names and descriptions are read."
        )
        parser.add_argument("--website", metavar="CODE", help="Website whose stock is for sale.")
        parser.add_argument(
            "--stock", metavar="NUMBER", type=int, help="Stock, where it is not the website's."
        )
        parser.add_argument("--sources", metavar="A,B", help="Sources that ship.")
        parser.add_argument("--prefix", help="Goes in front of the numbers of Jet's orders.")
        parser.add_argument(
            "--way", choices=Configuration.StoreWay.values, help="How orders get into the store."
        )
        parser.add_argument(
            "--accept-phantom-stock", action="store_true", default=None,
            help="Way A: take it that each unit shipped or cancelled leaves one in the store that is not there.",
        )  # fmt: skip
        parser.add_argument("--mailbox", help="Where the store's order mails go (way C).")
        parser.add_argument("--admin-path", help="Path of the store's admin, to which links lead.")
        parser.add_argument("--validate", action="store_true", help="Ask the store what the keys may do.")
        parser.add_argument("--disconnect", action="store_true", help="Go back to files; everything stays.")
        parser.add_argument("--dry-run", action="store_true", help="Check what is given; save nothing.")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        """Save what was given, then check and switch."""
        if options["disconnect"]:
            refuse_beside("disconnect", options, *SETTINGS, *SECRETS, *ALONE)
            with self.trying(dry_run):
                was = connections.disconnect()
                self.finish(
                    {"ok": True, "disconnected": was}, "Disconnected." if was else "No store was connected."
                )
            return
        keys = self._keys(options)
        if dry_run or options["validate"] or options["kind"] == KINDS.MAGENTO:
            self._check(keys, options, dry_run=dry_run)
            return
        self._save(keys, options)
        if options["kind"] == KINDS.FILES:
            connections.disconnect()
            self.finish({"ok": True}, "The store is kept by files.")
        else:
            self.finish({"ok": True, "saved": bool(keys)}, "Saved; --validate checks it.")

    def _check(self, keys: dict[str, Any], options: dict[str, Any], *, dry_run: bool) -> None:
        """Check what is given as it would be saved; only what passed is."""
        changes, switches = _changes(options), options["kind"] == KINDS.MAGENTO
        is_given = bool(keys or changes or options["store_view"] is not None)
        with configuration.as_if(settings_service.tried(changes=changes)):
            found = links.check(links.typed(links.link(), **keys), view=options["store_view"])
        self.was_tried, is_kept = dry_run, not dry_run and (found.ok or not is_given)
        if is_kept:
            self._save(keys, options)
            if switches:
                connections.connect(found)
            else:
                links.keep_check(found)
        unsaved = "" if is_kept or dry_run else UNSAVED
        self._report(found, "Connected" if switches and is_kept else "Checked", unsaved=unsaved)

    def _keys(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["bearer"] is not None and options["token"] is not None:
            raise Usage("--bearer is the token already; leave --token out.")
        keys = {name: self.secret(options[name]).strip() for name in SECRETS if options[name] is not None}
        if options["bearer"] is not None:
            keys |= {"token": self.secret(options["bearer"]).strip()}
        found: dict[str, Any] = dict(keys)
        if options["consumer_key"] is not None:
            found["consumer_key"] = options["consumer_key"].strip()
        if found:
            found["is_bearer"] = options["bearer"] is not None
        return found

    def _save(self, keys: dict[str, Any], options: dict[str, Any]) -> None:
        changes, view = _changes(options), options["store_view"]
        if view is not None:
            # A check of the store says whether it has it; its name comes with the check.
            changes["store_view"] = (
                StoreView.objects.get_or_create(code=view, defaults={"name": view})[0] if view else None
            )
        if changes:
            settings_service.save(changes=changes)
        if keys:
            links.save_keys(**keys)

    def _report(self, found: Inspection, done: str, *, unsaved: str = "") -> None:
        config = configuration.current()
        rows = [
            {"resource": each.resource, "ok": each.ok, "code": each.code, "message": each.message}
            for each in found.probes
        ]
        summary = {
            "ok": found.ok, "version": found.version, "edition": found.edition, "msi": found.msi,
            "module": found.module, "clock_seconds": found.clock_seconds, "probes": rows, "problems": found.problems,
            "way": found.way(config.store_way),
        }  # fmt: skip
        lines = [f"{done if found.ok else 'Refused'}: {links.summary(found)}"]
        lines += [f"  {each.resource}: {each.message}" for each in found.probes if not each.ok]
        lines += [f"  {each}" for each in found.problems]
        if found.ok and (remark := _remark(str(summary["way"]), config.store_mailbox)):
            lines.append(f"  {remark}")
        if unsaved:
            lines.append(f"  {unsaved}")
        self.finish(summary, "\n".join(lines), ok=found.ok)


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are given, by name."""
    found = {name: options[option] for option, name in SETTINGS.items() if options[option] is not None}
    if "store_sources" in found:
        found["store_sources"] = [part.strip() for part in found["store_sources"].split(",") if part.strip()]
    return found


def _remark(way: str, mailbox: str) -> str:
    """Return what is to be known of the way by which orders will get in."""
    if way == "A":
        return (
            "Way A: Magento reserves nothing, and each order shipped or cancelled leaves phantom stock there."
        )
    return "Way C needs a mailbox, or no order gets in: say --mailbox." if way == "C" and not mailbox else ""
