"""Carries the demo store through the panel, step by step; each step may be taken again and changes nothing then."""

from collections.abc import Callable

from django.conf import settings

from jetbridge.core import configuration
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import Mode
from jetbridge.core.run_file import RunFile
from jetbridge.desk.demo import store, trade
from jetbridge.desk.demo.sandbox import SandboxAway, SandboxControl, of_this_run

Step = tuple[str, Callable[[], str]]
Say = Callable[[str], None]


def seed(*, say: Say) -> dict[str, str]:
    """Seed the store, and the trade too when the sandbox of this run answers; return what each step said."""
    outcomes: dict[str, str] = {}
    _take(_store_steps(), outcomes, say)
    try:
        control = of_this_run()
        if configuration.current().mode != Mode.TEST:
            raise SandboxAway("The panel works with live keys; the demo's trade is for test keys only.")
        _take(_trade_steps(control), outcomes, say)
    except (SandboxAway, JetFailure) as problem:
        outcomes["Trade"] = f"Left out: {problem}"
        say(f"Trade: left out. {problem}")
    return outcomes


def panel_url() -> str:
    """Return where the panel of this run is, or where it is by default."""
    run = RunFile(settings.JETBRIDGE_HOME).read()
    return str(run.get("panel") or "http://127.0.0.1:8000")


def _store_steps() -> list[Step]:
    return [
        ("Products", store.stock_store),
        ("Taxonomy", store.load_taxonomy),
        ("Mapping", store.map_store),
        ("Pictures", lambda: store.show_pictures(panel_url=panel_url())),
    ]


def _trade_steps(control: SandboxControl) -> list[Step]:
    return [
        ("Account", lambda: trade.connect(control=control)),
        ("Listings", lambda: trade.list_products(control=control)),
        ("Orders", lambda: trade.trade(control=control)),
    ]


def _take(steps: list[Step], outcomes: dict[str, str], say: Say) -> None:
    for name, step in steps:
        outcomes[name] = step()
        say(f"{name}: {outcomes[name]}")
