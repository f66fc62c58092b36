"""`manage.py configure`: sets keys and settings, or prints them; the same service as the configuration page."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import models

from jetbridge.core import configuration, settings_table
from jetbridge.core.jet.client import secret_bound_elsewhere
from jetbridge.core.management import files, form_data
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.core.models import Configuration, JetAccount, Mode, StoreView
from jetbridge.core.settings_table import Setting
from jetbridge.core.texts import counted, is_shortened, why_shortened
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import configuration as settings_service
from jetbridge.desk.services import configuration_files, price_drafts
from jetbridge.panel.management.identifiers import add_confirm

# One of these at a time; beside a draft stand the settings that it keeps.
ACTIONS = ("export", "load", "undo", "draft", "apply_draft", "drop_draft")


class Command(PanelCommand):
    """Without settings it prints what is set; secrets are never printed."""

    help = "Set keys and settings; without any, show them. One option per field of the configuration page."
    refusals = (settings_service.NotSwitched,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mode", choices=Mode.values, help="Whose keys are set; the mode in use is not switched."
        )
        parser.add_argument("--switch", choices=Mode.values, help="Switch the panel to these keys.")
        parser.add_argument("--api-user", help="API user.")
        self.add_secret(parser, "--api-secret", "API secret.")
        parser.add_argument("--fulfillment-node", dest="fulfillment_node_id", help="Fulfillment node ID.")
        parser.add_argument("--merchant-id", help="Merchant ID.")
        add_confirm(parser)
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=CODE",
            help="Map Jet's field to an attribute code; FIELD:default=VALUE is what counts without.",
        )
        parser.add_argument("--export", metavar="FILE", help="Write all settings to a file, without secrets.")
        parser.add_argument("--load", metavar="FILE", help="Take settings over from such a file, or -.")
        parser.add_argument(
            "--undo",
            choices=sorted(settings_table.tabs()),
            help="Bring back what the tab's last change replaced.",
        )
        draft = parser.add_mutually_exclusive_group()
        draft.add_argument(
            "--draft",
            action="store_true",
            help="Keep the given price and stock rule as a draft, not in force.",
        )
        draft.add_argument("--apply-draft", action="store_true", help="Put the drafted price rule in force.")
        draft.add_argument("--drop-draft", action="store_true", help="Forget the drafted price rule.")
        parser.add_argument("--dry-run", action="store_true", help="Check; change nothing.")
        for setting in _settings():
            text = f"Set {setting.words}. {setting.limits}".strip().replace(
                "%", "%%"
            )  # argparse formats helps
            parser.add_argument(setting.command_option, metavar="VALUE", help=text)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        """Save what was given, then show what is set."""
        _refuse_contradictions(options)
        if options["export"] or options["load"]:
            self._move_file(options["export"], options["load"], dry_run)
            return
        if options["undo"] or options["draft"] or options["apply_draft"] or options["drop_draft"]:
            self._bring_back_or_draft(options, dry_run)
            return
        keys = {
            name: options[name]
            for name in ("api_user", "api_secret", "fulfillment_node_id", "merchant_id")
            if options[name] is not None
        }
        for name in () if options["confirm_identifiers"] else accounts.OPEN_FIELDS:
            if is_shortened(keys.get(name, "")):
                raise CommandError(why_shortened(keys[name]))
        if "api_secret" in keys:
            keys["api_secret"] = self.secret(keys["api_secret"]).strip()
        account = configuration.account(options["mode"] or configuration.current().mode)
        changes = _changes(options)
        if dry_run:
            _check(changes)
        else:
            saved = settings_service.save(changes=changes)
            changed = [*saved.changed, *(accounts.save_account(account=account, **keys) if keys else [])]
            if options["switch"]:
                settings_service.switch_mode(mode=options["switch"])
        done = sorted({*changes, *keys}) if dry_run else changed
        account.refresh_from_db()
        summary = _summary(account)
        verb = "Would set" if dry_run else "Changed"
        text = f"{verb}: {', '.join(done)}." if done else _shown(summary)
        report = {"changed": [] if dry_run else done, **({"dry_run": True} if dry_run else {})}
        self.finish(*_asking_again({**summary, **report}, text))

    def _bring_back_or_draft(self, options: dict[str, Any], dry_run: bool) -> None:
        with self.trying(dry_run):
            self.finish(*(self._undone(options["undo"]) if options["undo"] else self._drafted(options)))

    def _undone(self, tab: str) -> tuple[dict[str, Any], str]:
        saved = settings_service.undo_last(tab=tab)
        if not saved.changed:
            return {"changed": []}, "There was nothing to take back."
        rows = [
            {"setting": name, "before": settings_service.plain(old), "after": settings_service.plain(new)}
            for name, (old, new) in saved.changed.items()
        ]
        lines = [f"  {row['setting']}: {row['before']} -> {row['after']}" for row in rows]
        return _asking_again({"changed": rows}, "\n".join(["Taken back:", *lines]))

    def _drafted(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        if options["drop_draft"]:
            gone = price_drafts.discard()
            return {"dropped": gone}, "The draft is gone." if gone else "There is no draft."
        if options["apply_draft"]:
            if price_drafts.current() is None:
                raise CommandError("There is no draft.")
            saved = price_drafts.put_in_force()
            return {
                "changed": sorted(saved.changed)
            }, f"In force: {', '.join(saved.changed) or 'nothing new'}."
        changes = _changes(options)
        strange = sorted(set(changes) - set(price_drafts.NAMES))
        if strange or not changes:
            names = ", ".join(f"--{name.replace('_', '-')}" for name in price_drafts.NAMES)
            raise Usage(f"A draft takes {names}, and at least one of them.")
        _check(changes)
        config = configuration.current()
        whole = {name: changes.get(name, getattr(config, name)) for name in price_drafts.NAMES}
        rows = price_drafts.keep(changes=whole, by="command").differences(config)
        lines = [f"  {name}: {old} -> {new}" for name, old, new in rows]
        summary = {"draft": [{"setting": name, "now": old, "then": new} for name, old, new in rows]}
        return summary, "\n".join(["Kept as a draft; nothing of it is in force.", *lines])

    def _move_file(self, target: str | None, source: str | None, dry_run: bool) -> None:
        if target:
            files.write_lines(target, [configuration_files.dump()])
            self.finish({"written": target}, f"Written: {target}. It holds no secrets.")
            return
        try:
            loaded = configuration_files.load(files.read(str(source)))
            if not dry_run:
                configuration_files.apply(loaded)
        except configuration_files.BadFile as problem:
            raise CommandError(f"{files.named(str(source))}: {problem}") from problem
        rows = [{"setting": name, "before": old, "after": new} for name, old, new in loaded.rows]
        verb = "Would change" if dry_run else "Changed"
        lines = [
            f"{verb} {counted(len(rows), 'setting')}.",
            *(f"  {name}: {old} -> {new}" for name, old, new in loaded.rows),
        ]
        self.finish(*_asking_again({"changed": rows, "dry_run": dry_run}, "\n".join(lines)))


def _settings() -> list[Setting]:
    """Return the settings that have an option for their whole value; the mapping is set field by field."""
    return [setting for setting in settings_table.settings() if not setting.option]


def _refuse_contradictions(options: dict[str, Any]) -> None:
    actions = [name for name in ACTIONS if options[name]]
    if actions:
        given = {**options, "fulfillment_node": options["fulfillment_node_id"]}
        fields = ["mode", "switch", "api_user", "api_secret", "fulfillment_node", "merchant_id", "map"]
        settings = [] if actions[0] == "draft" else [each.name for each in _settings()]
        refuse_beside(actions[0], given, *actions[1:], *fields, *settings)


def _asking_again(summary: dict[str, Any], text: str) -> tuple[dict[str, Any], str]:
    """Name the accounts whose secret belongs to another address than the one that is set now."""
    config, accounts_left = configuration.current(), accounts.secrets_to_enter()
    lines = [
        f"{secret_bound_elsewhere(each, config)} Command: configure --mode {each.mode} --api-secret -"
        for each in accounts_left
    ]
    modes = [each.mode for each in accounts_left]
    return ({**summary, "enter_secret_again": modes} if modes else summary), "\n".join([text, *lines])


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    names = [each.name for each in _settings() if options[each.name] is not None]
    changes = {name: _value(name, options[name]) for name in names}
    if options["map"]:
        mapping = dict(configuration.current().field_mapping)
        for pair in options["map"]:
            field, equals, code = pair.partition("=")
            if not equals:
                raise Usage(f"--map takes FIELD=CODE, not {pair!r}.")
            mapping[field.strip()] = code.strip()
        changes["field_mapping"] = {name: code for name, code in mapping.items() if code}
    return changes


def _check(changes: dict[str, Any]) -> None:
    config = configuration.current()
    for name, value in changes.items():
        setattr(config, name, value)
    settings_service.check(config, set(changes))


def _value(name: str, text: str) -> Any:
    column = Configuration._meta.get_field(name)
    if name == "store_view":
        return _store_view(text)
    if isinstance(column, models.JSONField):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(column, models.BooleanField):
        if text.lower() not in (*form_data.YES, *form_data.NO[:-1]):
            raise Usage(f"--{name.replace('_', '-')} takes yes or no, not {text!r}.")
        return text.lower() in form_data.YES
    if isinstance(column, models.DecimalField) and column.null and not text:
        return None
    try:
        return column.to_python(text)  # type: ignore[union-attr]  # a column, never a relation from elsewhere
    except ValidationError as problem:
        raise Usage(f"--{name.replace('_', '-')}: {'; '.join(problem.messages)}") from problem


def _store_view(code: str) -> StoreView | None:
    if not code:
        return None
    found = StoreView.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(StoreView.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no store view {code!r}. Store views: {known}.")
    return found


def _summary(account: JetAccount) -> dict[str, Any]:
    config = configuration.current()
    values = {name: getattr(config, name) for name in (each.name for each in _settings())}
    shown = {
        name: value.code if isinstance(value, StoreView) else _plain(value) for name, value in values.items()
    }
    kept = "saved for another API URL" if account.has_secret_for_elsewhere(config.api_url) else "saved"
    keys = {"api_user": account.api_user, "api_secret": kept if account.api_secret else "missing"}
    node = {"fulfillment_node_id": account.fulfillment_node_id, "merchant_id": account.merchant_id}
    return {
        "mode": config.mode,
        "account": {"mode": account.mode, **keys, **node},
        "settings": shown,
        "field_mapping": config.field_mapping,
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _shown(summary: dict[str, Any]) -> str:
    lines = [f"Mode: {summary['mode']}"]
    lines += [f"{name}: {value}" for name, value in summary["account"].items()]
    lines += [f"{name}: {value}" for name, value in summary["settings"].items()]
    lines += [f"map {field} = {code}" for field, code in summary["field_mapping"].items()]
    return "\n".join(lines)
