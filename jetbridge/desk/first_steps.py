"""The way to the first sale: what is done, what comes next, and the one press that takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from jetbridge.core import configuration, texts
from jetbridge.core.jet.client import sandbox_in_use
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.desk import overview
from jetbridge.panel.next_steps import NextStep
from orders.selectors import IMPORT

GRID = "admin:catalog_product_changelist"


@dataclass(frozen=True)
class SetUpPost:
    """A step that one press takes: where it is posted to, and what the button says."""

    name: str
    button: str
    argument: str = ""

    @property
    def address(self) -> str:
        """Where it is posted to."""
        return reverse(self.name, args=[self.argument] if self.argument else [])


@dataclass(frozen=True)
class SetUpStep:
    """One thing to do before the first product can be sold."""

    title: str
    text: str
    url: str
    done: bool
    # The tab of the page and its field, where the page has tabs.
    tab: str = ""
    element: str = ""
    # What its button says, and what is posted instead of opening the page.
    button: str = ""
    post: SetUpPost | None = None
    query: str = ""
    # It may be done: the panel finds out, and nobody has to do anything for it now.
    waits: bool = False

    @property
    def address(self) -> str:
        """The page, with its query, and its field behind #."""
        url = reverse(self.url, args=[self.tab] if self.tab else [])
        return url + (f"?{self.query}" if self.query else "") + (f"#{self.element}" if self.element else "")


def set_up(config: Configuration, account: JetAccount) -> list[SetUpStep]:
    """Return the way to the first sale, with what is done; empty once the first order came."""
    there, practice = overview.counts(account), bool(sandbox_in_use())
    if there["ordered"]:
        return []
    return [*_prepared(account, there, practice=practice), *_listed(config, there, practice=practice)]


def _prepared(account: JetAccount, there: Mapping[str, Any], *, practice: bool) -> list[SetUpStep]:
    samples = SetUpPost("desk:practice_taxonomy", "Use practice categories")
    fill_in = SetUpPost("desk:sandbox_keys", "Fill in the sandbox's keys", account.mode)
    refused = account.check_passed is False
    return [
        SetUpStep(
            "Connect the account",
            account.check_message if refused else "API user, secret and fulfillment node.", "desk:configuration",
            account.is_complete and not refused, button="Enter the keys", post=fill_in if practice else None,
        ),
        SetUpStep(
            "Import your products", "A Magento 2 product export.", "catalog:imports", there["products"],
            button="Import products",
        ),
        SetUpStep(
            "Import Jet's categories", "Jet's CSV files, or Jet's API.", "mapping:taxonomy", there["taxonomy"],
            button="Import categories", post=samples if practice else None,
        ),
        SetUpStep(
            "Map your categories", "Where on Jet your products belong.",
            "mapping:categories" if there["mapped"] else "mapping:suggestions", there["mapped"],
            button="Map categories",
        ),
        SetUpStep(
            "Map your attributes", "Sizes and colors as each Jet category names them.", "mapping:attributes",
            there["mapped"] and not there["unmapped_attributes"], button="Map attributes",
        ),
    ]  # fmt: skip


def _listed(config: Configuration, there: Mapping[str, Any], *, practice: bool) -> list[SetUpStep]:
    finish = SetUpPost("desk:finish_review", "Finish review now")
    is_whole = bool(
        there["products"] and there["mapped"] and not there["refusable"] and not there["uploaded"]
    )
    waits = is_whole and bool(there["unchecked"])
    return [
        SetUpStep(
            "Say where your images are", "Jet fetches them.", "desk:configuration_tab",
            bool(config.image_base_url), "store", "id_image_base_url", "Enter the image base URL",
        ),
        SetUpStep(
            "Fix problems", f"What Jet would refuse, by cause{'; being checked' if waits else ''}.", "catalog:causes",
            there["uploaded"] or (is_whole and not waits), button="Fix problems", query="open=worst", waits=waits,
        ),
        SetUpStep(
            "Upload products", "Review the plan, then start.", "catalog:new_run", there["uploaded"],
            button="Upload products", query="action=bulk_upload",
        ),
        SetUpStep(
            "Go live", "Jet reviews what has a price and stock.", GRID, there["live"], button="View products",
            post=finish if practice else None,
        ),
        SetUpStep(
            "Your first order", f"{_acknowledged(config)}; orders are fetched {texts.often(IMPORT)}.",
            "desk:jet_api" if practice else "admin:orders_order_changelist", False,
            button="Generate an order" if practice else "View orders",
        ),
    ]  # fmt: skip


def _acknowledged(config: Configuration) -> str:
    return "It is acknowledged by itself" if config.auto_acknowledge else "You acknowledge it"


def next_step(steps: Sequence[SetUpStep]) -> SetUpStep | None:
    """Return the first step of the way to the first sale that somebody can take."""
    return next((step for step in steps if not step.done and not step.waits), None)


def find(request: HttpRequest) -> NextStep | None:
    """Return the next step for those who may see how far the panel is set up."""
    if not request.user.has_perm("core.view_configuration"):
        return None
    step = next_step(set_up(configuration.current(), configuration.active_account()))
    if step is None:
        return None
    if step.post is not None:
        return NextStep(step.post.button, step.post.address, posts=True)
    return NextStep(step.button, step.address)
