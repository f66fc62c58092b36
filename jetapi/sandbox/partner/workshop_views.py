"""Pages about the sandbox itself: account, nodes, clock, faults, journal, readings."""

import json

from markupsafe import Markup

from .. import dates, readings
from ..kit import markup
from ..kit.faults import KINDS
from ..kit.markup import code, field, form, heading, hidden, join, link, paragraph, table
from ..kit.wire import Document
from ..rules import checklist, nodes, orders, returns, skus
from ..schedule import MODES
from .visit import ROOT, Visit

CALLS = 100


def overview(visit: Visit) -> Markup:
    """Account, keys, checklist, counts."""
    account, world = visit.account, visit.world
    keys = [
        ("API address", code(f"{visit.base_url}/api")),
        ("API user", code(account.user)),
        ("Secret", code(account.secret)),
        ("Merchant id", code(account.merchant_id)),
        ("Fulfillment node", code(account.fulfillment_node_id)),
        ("Profile", world.options.profile),
    ]
    steps = [(step, _tick(done)) for step, done in checklist.status(world, account.mode).items()]
    held = [
        (link(visit.url("products"), "SKUs"), world.store.count(skus.KIND, account.mode)),
        (link(visit.url("orders"), "Orders"), world.store.count(orders.KIND, account.mode)),
        (link(visit.url("returns"), "Returns"), world.store.count(returns.KIND, account.mode)),
    ]
    return join(
        (
            heading("API keys"),
            table(("What", "Value"), keys, empty=""),
            heading("Go-live checklist"),
            table(("Step", "Done"), steps, empty=""),
            heading("What is here"),
            table(("What", "How many"), held, empty=""),
        )
    )


def _tick(is_done: bool) -> Markup:
    return Markup('<span class="done">done</span>') if is_done else Markup('<span class="open">open</span>')


def node_page(visit: Visit) -> Markup:
    """The fulfillment nodes, and the form for a new one."""
    names = ("fulfillment_node_id", "fulfillment_node_name", "address1", "city", "state", "zip_code")
    rows = [
        (code(node[names[0]]), *(node[name] for name in names[1:]))
        for node in nodes.listed(visit.world, visit.account)
    ]
    create = form(
        visit.url("do/create-node"),
        "Create node",
        field("Name", "fulfillment_node_name"),
        field("Street", "address1"),
        field("Street, second line", "address2"),
        field("City", "city"),
        field("State", "state", size=4),
        field("ZIP code", "zip_code", size=8),
    )
    heads = ("Node id", "Name", "Street", "City", "State", "ZIP")
    return join((table(heads, rows, empty=""), heading("Create a node"), create))


def clock(visit: Visit) -> Markup:
    """The time, how transitions come, how files fail."""
    world = visit.world
    jumps = (
        ("1 minute", 60),
        ("15 minutes", 900),
        ("30 minutes", 1800),
        ("1 day", 86400),
        ("1 week", 604800),
    )
    forward = join(
        form(visit.url("do/clock"), f"+ {text}", hidden("advance_seconds", seconds), is_card=False)
        for text, seconds in jumps
    )
    delays = [
        field(f"{name}, seconds", f"delay {name}", f"{seconds:g}", size=8)
        for name, seconds in world.schedule.delays.items()
    ]
    policy = world.policy
    vague = markup.choice("Errors of files", "vague_errors", {"false": "reported by SKU", "true": "vague"},
                          str(policy["vague_errors"]).lower())  # fmt: skip
    refuse = field("Refuse these SKUs (comma between)", "refuse", ", ".join(policy["refuse"]), size=50)
    return join(
        (
            paragraph(
                join(
                    ("It is ", Markup("<strong>{}</strong>").format(dates.plain_date(world.now())), " here.")
                )
            ),
            forward,
            form(
                visit.url("do/clock"), "Set", field("Set to (ISO date)", "now", hint="2018-02-01T10:00:00Z")
            ),
            heading("Jet's own steps"),
            paragraph(
                "clock: after their delay. read: each read finds the next state. at_once: immediately."
            ),
            form(
                visit.url("do/clock"),
                "Change",
                markup.choice("Come by", "transitions", MODES, world.schedule.mode),
            ),
            form(visit.url("do/delays"), "Change delays", *delays),
            heading("Bulk files"),
            form(visit.url("do/files"), "Change", vague, refuse),
            heading("Begin again"),
            form(visit.url("do/reset"), "Forget everything, keep the accounts"),
        )
    )


def faults(visit: Visit) -> Markup:
    """The faults in force, and the form for a new one."""
    rows = [
        (
            each["kind"],
            each["method"] or "any",
            code(each["path"] or "any"),
            each["status"],
            _left(each),
            each["hits"],
        )
        for each in visit.faults.listed()
    ]
    create = form(
        visit.url("do/add-fault"),
        "Put in force",
        markup.choice("Kind", "kind", KINDS),
        markup.choice(
            "Method", "method", {"": "any", **{each: each for each in ("GET", "PUT", "PATCH", "POST")}}
        ),
        field("Path (regular expression)", "path", hint="/orders/.*/shipped"),
        field("Status", "status", size=5, hint="503"),
        field("Retry after, seconds", "retry_after", size=5),
        field("Seconds (slow)", "seconds", size=5),
        field("Times (blank: until cleared)", "times", size=5),
        field("Probability", "probability", size=5, hint="1"),
    )
    heads = ("Kind", "Method", "Path", "Status", "Times left", "Struck")
    return join(
        (
            table(heads, rows, empty="No fault is in force."),
            form(visit.url("do/clear-faults"), "Clear all faults"),
            heading("New fault"),
            create,
        )
    )


def _left(fault: Document) -> object:
    return "always" if fault["left"] is None else fault["left"]


def journal_page(visit: Visit) -> Markup:
    """The last calls, with what was sent and whether it was done."""
    path = visit.query.get("path", "")
    rows = [
        (
            each["seq"],
            each["at"][:19],
            each["account"],
            each["method"],
            code(each["path"]),
            each["status"] if each["status"] is not None else "no answer",
            each["fault"],
            "yes" if each["applied"] else "no",
            code(json.dumps(each["body"], ensure_ascii=False)[:300]) if each["body"] is not None else "",
        )
        for each in visit.world.journal.latest(path=path, most=CALLS)
    ]
    search = form(f"{ROOT}/journal", "Show", hidden("mode", visit.mode),
                  field("Path contains", "path", path), method="get")  # fmt: skip
    heads = ("No.", "At", "Account", "Method", "Path", "Status", "Fault", "Done", "Body")
    return join(
        (search, table(heads, rows, empty="No calls yet."), paragraph(f"The last {CALLS}, newest first."))
    )


def readings_page(_visit: Visit) -> Markup:
    """How this sandbox reads what Jet's documents leave open."""
    return table(("Open question", "Reading", "Otherwise with"), readings.READINGS, empty="")
