"""
Which columns hold personal data, whose, and until when: one declaration, from which pages and erasure follow.

A text column that stands neither here nor under `PLAIN` fails a test: whoever adds one decides.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from jetbridge.core import history
from jetbridge.core.models import Configuration
from jetbridge.core.models.seals import BY_MODEL
from jetbridge.core.retention import FAILURES_LAST

REMOVED = "[removed]"
# Shorter ones, and single words without a figure, may mean anything: "Gifts" is a name, too.
SHORTEST = 5
ROWS = 500


class Whose(StrEnum):
    """Who is named by a column."""

    BUYER = "Buyers"
    PERSON = "People of this panel"
    VISITOR = "Whoever tried to sign in"


@dataclass(frozen=True)
class Holding:
    """Columns of one table that name somebody."""

    table: str
    columns: tuple[str, ...]
    whose: Whose
    what: str
    until: str
    # Free text, where somebody may be named whose row it is not: looked through by words when they are forgotten.
    may_quote: bool = False

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.table)


# Filled in with what Configuration says.
BUYERS = "{anonymize_days} days after the order; {unfinished_days} if it never ended. Earlier by Forget this buyer."
LOGS = "{log_days} days, failures {failure_days}. Names and addresses leave it earlier by Forget this buyer."
HISTORY = "Kept. What may name a buyer leaves with the order's, or by Forget this buyer; a sealed mark stays."
LOGGED = "{log_days} days, failures {failure_days}."
ACCOUNT = "Until the account is deleted."
KEPT = "Kept: an auditor asks who did it."
SIGN_INS = "{log_days} days for what failed, {failure_days} for what did not."


def _own(table: str, columns: str, what: str, until: str = BUYERS) -> Holding:
    return Holding(table, tuple(columns.split()), Whose.BUYER, what, until)


def _free(table: str, columns: str, what: str, until: str = LOGS) -> Holding:
    return Holding(table, tuple(columns.split()), Whose.BUYER, what, until, may_quote=True)


def _person(table: str, columns: str, what: str, until: str = ACCOUNT) -> Holding:
    return Holding(table, tuple(columns.split()), Whose.PERSON, what, until)


HOLDINGS = (
    _own("orders.Order", "document recipient_name recipient_phone address1 address2 city zip_code",
         "Orders: recipient, address, phone, and the order as Jet reported it"),
    _own("orders.OrderWord", "word", "What orders are searched by: names, city, ZIP code, end of a phone, products"),
    _own("orders.Customer", "hash_email name phone", "Buyers: name, phone, Jet's hashed e-mail"),
    _own("orders.FailedOrder", "document", "Failed / Pending: the order as Jet reported it"),
    _free("orders.FailedOrder", "causes", "Failed / Pending: why an order could not be read", BUYERS),
    _free("orders.OrderNote", "text", "Notes on orders", BUYERS),
    _free("orders.OrderDesk", "hold_reason gift_note", "Orders: why on hold by hand, notes of gifts", BUYERS),
    _free("orders.OrderTag", "tag", "Tags of orders", BUYERS),
    _free("orders.Shipment", "reason errors", "Shipments: reasons of cancels, what Jet refused", BUYERS),
    _free("orders.Acknowledgement", "errors", "Acknowledgements: what Jet refused", BUYERS),
    _free("store.StoreDocument", "errors details progress", "Documents for the store: what it refused or asked",
          BUYERS),
    _free("orders.OrderFetch", "rows message", "Orders fetched again: what differed"),
    _free("returns.ReturnItem", "reason notes", "Returns: the buyer's reason, your notes", BUYERS),
    _own("returns.ReturnRequest", "document", "Returns as Jet reported them"),
    _free("returns.ReturnRequest", "errors", "Returns: what Jet refused", BUYERS),
    _own("returns.Refund", "document", "Refunds as Jet reported them"),
    _free("returns.Refund", "errors", "Refunds: what Jet refused", BUYERS),
    _free("returns.RefundItem", "notes", "Refunds: your notes", BUYERS),
    _free("core.Event", "message before after note", "History: messages, values before and after, notes",
          HISTORY),
    _free("auditlog.LogEntry", "changes changes_text serialized_data additional_data", "Edits in forms", HISTORY),
    _free("core.ApiCall", "path error request_body response_body purpose reference",
          "API log; buyers are left out when a call is recorded"),
    _free("core.JobRun", "message items traceback", "Runs of jobs: messages and errors"),
    _free("core.Notification", "title text title_forms", "Notifications"),
    _free("core.ComparedItem", "name text", "Compare with Jet: what was found",
          "{failure_days} days. Names and addresses leave it earlier by Forget this buyer."),
    _free("core.MassAction", "filters options plan message",
          "Mass actions: what was searched for, rows of tracking files"),
    _free("core.MassActionItem", "reason", "Mass actions: reasons"),
    _free("core.SavedView", "name query", "Saved views: what was searched for",
          "Until its owner deletes it. Names and addresses leave it by Forget this buyer."),
    _free("core.SupportMessage", "subject text bundle last_error", "Messages to support, and the zip of each",
          "{anonymize_days} days after it was written; the file is deleted with it."),
    _person("core.SupportMessage", "reply_to", "Messages to support: where to answer", "{anonymize_days} days."),
    _person("auth.User", "password username first_name last_name email", "Accounts: name, mail, hashed password"),
    _person("mfa.Authenticator", "data", "Second factors: secrets, encrypted; passkeys", "Until it is turned off."),
    _person("socialaccount.SocialAccount", "uid extra_data", "Single sign-on: what the provider says of a person"),
    _person("account.EmailAddress", "email", "Mail addresses of the sign-in library", "None are written."),
    _person("account.EmailConfirmation", "key", "Confirmations of these", "None are written."),
    _person("signin.Letter", "last_error", "Mails to set a password: why one was not sent", "{log_days} days."),
    _person("core.Event", "who", "History: who did it", KEPT),
    _person("core.HistoryMark", "who", "Marks in the history: who made somebody anonymous", KEPT),
    _person("core.Erasure", "who", "Receipts: who forgot a buyer", KEPT),
    _person("core.ApiCall", "who", "API log: who called", LOGGED),
    _person("core.MassAction", "who", "Mass actions: who started them", "{log_days} days."),
    _person("catalog.ImportFile", "started_as", "Product files: for whom", LOGGED),
    _person("mapping.TaxonomyImport", "started_as", "Taxonomies: for whom", KEPT),
    _person("orders.OrderFetch", "started_as", "Orders fetched again: for whom", LOGGED),
    _person("catalog.StockMovement", "who", "Movements of stock: who made them", KEPT),
    _person("returns.LedgerEntry", "who", "Money ledger: who gave money back", KEPT),
    _person("auditlog.LogEntry", "actor_email remote_addr", "Edits in forms: who, and from which address", KEPT),
    _person("admin.LogEntry", "object_repr change_message", "Django's own log of its forms", KEPT),
    _person("sessions.Session", "session_key session_data", "Logins", "Until they end; Clean up deletes the rows."),
    _person("core.Configuration", "notification_email", "Where notifications are mailed", "Until it is changed."),
    _person("core.NotificationDigest", "error", "Digests: why one was not mailed", "{log_days} days and a week."),
    Holding("axes.AccessAttempt", ("user_agent", "ip_address", "username", "http_accept", "path_info", "get_data",
            "post_data"), Whose.VISITOR, "Wrong passwords: name, address, browser", SIGN_INS),
    Holding("axes.AccessFailureLog", ("user_agent", "ip_address", "username", "http_accept", "path_info"),
            Whose.VISITOR, "A row for each wrong password", "None are written."),
    Holding("axes.AccessLog", ("user_agent", "ip_address", "username", "http_accept", "path_info", "session_hash"),
            Whose.VISITOR, "Sign-ins: name, address, browser", SIGN_INS),
)  # fmt: skip

# Where no column is: in words, as pages and documents say it.
ELSEWHERE = (
    ("Copies of the database (back_up, pg_dump)",
     "A copy keeps what stood in it when it was made. One that is put back forgets again whom a receipt names, "
     "before the first page; and makes whoever was anonymous by age anonymous again. Delete old copies."),
    ("Exports: CSV of orders, packing slips, address lists", "Not kept here; the history says who took one."),
    ("The disk under SQLite",
     "What goes is overwritten in the file, and its log (-wal) is emptied; while somebody reads there, Clean up does "
     "that. Versions before this one did not."),
    ("The disk under PostgreSQL", "Its VACUUM frees what went; its WAL archive is a copy like any other."),
    ("Log lines of the processes",
     "They name orders, not buyers; what nobody foresaw may quote a row. Keep them no longer than the API log."),
    ("Jet, and the sandbox in its place", "Jet holds orders by itself, and is asked for nothing to be deleted."),
    ("Tracking, order and return numbers", "They stay with the amounts, for the books."),
)  # fmt: skip

# Text that names nobody: codes, words of Jet's and ours, products, settings, digests. A table a line.
PLAIN = """
admin.LogEntry object_id
auth.Group name
auth.Permission name codename
auditlog.LogEntry object_pk object_repr cid
contenttypes.ContentType app_label model
django_celery_beat.CrontabSchedule minute hour day_of_month month_of_year day_of_week
django_celery_beat.PeriodicTask name task args kwargs queue exchange routing_key headers description
socialaccount.SocialAccount provider
socialaccount.SocialApp provider provider_id name client_id secret key settings
socialaccount.SocialToken token token_secret
api.Token name start digest
api.Webhook url events secret
api.WebhookDelivery queued_by request_id claimed_by errors key event body
api.KeyedRequest method path key digest holder answer secret
core.JetAccount api_user api_secret secret_origin fulfillment_node_id merchant_id token
core.JetAccount token_lease_holder check_message
core.StoreView code name
core.JobRun job request_id holder
core.ApiCall store method correlation_id request_id
core.Configuration api_url image_base_url return_address1 return_address2 return_city return_state return_zip
core.Configuration field_mapping price_attribute cost_attribute price_draft disabled_payment_methods payment_title
core.Configuration shipping_title inbox_off mail_off time_zone store_url store_website store_sources
core.Configuration store_order_prefix store_mailbox store_admin_path
core.Event job action kind object_id label request_id
core.Comparison listed full counts
core.ComparedItem kind jet_id outcome url
core.HistoryMark digest reason
core.Erasure number digests counts
core.Seal salt personal digest link
core.HistoryHead link reached gaps rights
core.Total name label
core.SavedView grid columns
core.JobLease name holder
core.ProcessHeartbeat name
core.Notification kind key url
core.NotificationChoice kind
core.SupportMessage reference
core.MassAction action ids request_id
core.MassActionItem reference code box
catalog.Attribute code label
catalog.AttributeOption value
catalog.StoreCategory path name full_path
catalog.ProductCode code
catalog.ImportFile name file separator options kind losses readings errors samples notices bad_rows message
catalog.Product sku sku_key name description short_description attribute_set visibility attributes jet_fields
catalog.Product variation_codes source_hash
catalog.Variation child_sku
catalog.ProductImage path label
catalog.ProductText name description short_description attributes
catalog.StockMovement sku document line job
catalog.StockSource code
catalog.StoreMark origin unread
catalog.ProductLink family
catalog.Listing sku sub_statuses live_title live_brand last_error
catalog.ListingFacet queued_by request_id claimed_by errors sent accepted
catalog.Drift store sent live
catalog.PriceReview reason
catalog.UploadFile queued_by request_id claimed_by errors name jet_file_id url error_url
catalog.FileContent bodies said
catalog.UploadFileItem sku errors
catalog.CatalogChange names before after reason request_id
catalog.ShippingException service_level shipping_method
catalog.ReturnException return_location_ids return_shipping_methods
catalog.BrandRule brand key
catalog.Problem code field message
mapping.JetCategory name tax_code path
mapping.JetAttribute name display_name
mapping.JetAttributeValue value unit
mapping.AttributeMapping unit vocabulary
mapping.TaxonomyImport source file former difference errors moves message
store.StoreLink consumer_key consumer_secret token token_secret secret_origin check_message version trouble
store.StockReading sku_key
store.StockHold order line sku sku_key
store.StoreDocument queued_by request_id claimed_by source_key reference way store store_number
store.StoreCarrier code title carrier method
orders.Order jet_id reference_number number jet_status exception_state fulfillment_node_id state service_level
orders.Order requested_carrier requested_method shipping_method payment_method payment_title new_status
orders.Acknowledgement queued_by request_id claimed_by status
orders.FailedOrder jet_id reference_number
orders.OrderFetch jet_ids
orders.OrderItem jet_id sku title tax_code acknowledgement_status
orders.Shipment queued_by request_id claimed_by alt_shipment_id jet_id tracking_number carrier method ship_from_zip
orders.Shipment return_location rma_number
orders.Invoice number
orders.RejectionStop reason
orders.ParcelHeader key columns
orders.SlipLogo picture
orders.Oversell sku text
returns.Refund queued_by request_id claimed_by alt_refund_id jet_id jet_status
returns.RefundItem reason feedback
returns.ReturnRequest queued_by request_id claimed_by jet_id reference_number jet_order_id reference_order_id
returns.ReturnRequest jet_status shipping_carrier tracking_number
returns.ReturnItem jet_order_item_id sku title
returns.LedgerEntry job request_id
returns.CreditMemo number
returns.Settlement jet_id jet_state currency document
"""


# Looks through files for words that `has_one` finds in a text, and deletes those that hold one.
Remover = Callable[[Callable[[str], bool]], int]
_removers: list[Remover] = []


def also_removed_by(remover: Remover) -> None:
    """Have a room look through what it keeps in files when a buyer is forgotten."""
    if remover not in _removers:
        _removers.append(remover)


def plain() -> Iterator[tuple[str, str]]:
    """Give table and column of each text that names nobody."""
    for line in PLAIN.split("\n"):
        table, *columns = line.split() or [""]
        yield from ((table, column) for column in columns)


def until(holding: Holding, config: Configuration) -> str:
    """Return in words until when somebody is named there."""
    return holding.until.format(
        log_days=config.log_days,
        failure_days=config.log_days * FAILURES_LAST,
        anonymize_days=config.anonymize_days,
        unfinished_days=config.anonymize_days + UNFINISHED_DAYS,
    )


# An order that never ends may still be shipped; so long after the others' time nobody will.
UNFINISHED_DAYS = 90


def remove_words(words: Iterable[str], *, heartbeat: Callable[[], None]) -> int:
    """
    Take names and addresses out of all free text, whoever's row it stands in; return of how many rows.

    Sealed columns are emptied whole, with a mark. Names of a single word are left, for they may mean anything.
    """
    forms = _forms(words)
    if not forms:
        return 0
    found = 0
    for holding in HOLDINGS:
        if holding.may_quote:
            found += sum(_remove(holding, keys, forms, heartbeat) for keys in _quoting(holding, forms))
            heartbeat()
    return found + sum(remove(lambda text: _without(text, forms) != text) for remove in _removers)


def _forms(words: Iterable[str]) -> list[str]:
    """Return the spellings under which words may stand: JSON columns keep letters beyond ASCII as numbers."""
    long = {" ".join(word.split()) for word in words}
    cased = {
        form
        for word in long
        if _is_telling(word)
        for form in (word, word.lower(), word.upper(), word.title())
    }
    escaped = {json.dumps(form, ensure_ascii=is_ascii)[1:-1] for form in cased for is_ascii in (True, False)}
    return sorted(cased | escaped, key=lambda form: (-len(form), form))


def _is_telling(word: str) -> bool:
    return len(word) >= SHORTEST and any(letter.isdigit() or letter in " @" for letter in word)


def _quoting(holding: Holding, forms: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """Give the rows in which one of the spellings stands, in portions."""
    texts = {f"text_{name}": Cast(name, models.TextField()) for name in holding.columns}
    matches = reduce(or_, (Q(**{f"{name}__icontains": form}) for name in texts for form in forms))
    rows = holding.model._base_manager.alias(**texts).filter(matches).order_by("pk")
    last = 0
    while portion := list(rows.filter(pk__gt=last).values("pk", *holding.columns)[:ROWS]):
        last = portion[-1]["pk"]
        yield portion


def _remove(
    holding: Holding, rows: list[dict[str, Any]], forms: Sequence[str], heartbeat: Callable[[], None]
) -> int:
    changed = {}
    for row in rows:
        after = {name: _without(row[name], forms) for name in holding.columns}
        if differing := {name: value for name, value in after.items() if value != row[name]}:
            changed[row["pk"]] = differing
    manager = holding.model._base_manager
    if holding.model in BY_MODEL:
        history.erase(manager.filter(pk__in=changed), *holding.columns, reason="A buyer was forgotten.")
        return len(changed)
    for key, columns in changed.items():
        manager.filter(pk=key).update(**{name: _cut(holding, name, value) for name, value in columns.items()})
        heartbeat()
    return len(changed)


def _cut(holding: Holding, name: str, value: Any) -> Any:
    limit = getattr(holding.model._meta.get_field(name), "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value


def _without(value: Any, forms: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {str(_without(key, forms)): _without(item, forms) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, forms) for item in value]
    if not isinstance(value, str):
        return value
    for form in forms:
        value = _without_form(value, form)
    return value


def _without_form(text: str, form: str) -> str:
    """Replace a spelling where it stands by itself; in ASCII letters of either case."""
    lower, searched, parts, place = _lower(text), _lower(form), [], 0
    while (found := lower.find(searched, place)) >= 0:
        end = found + len(form)
        is_word = not (text[found - 1 : found].isalnum() or text[end : end + 1].isalnum())
        parts += [text[place:found], REMOVED if is_word else text[found:end]]
        place = end
    return "".join([*parts, text[place:]])


def _lower(text: str) -> str:
    """Lower the ASCII letters alone: others may become longer."""
    return text.translate(_LOWER)


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
