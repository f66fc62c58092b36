"""
Makes the home that tests of the upgrade begin with: `python -m tests.upgrade.make_home`, at the head it is named for.

It took the commands, addresses and columns of the head that it is named for, and need not run on any later one: what
it made stands beside it, in `home-0.1.tar.xz`, and what was in it then in `home-0.1.json`. All of it is invented, the
keys were drawn for it, and the machine that made it left nothing in it.

The store of the demo is carried on: files that Jet refused, orders that are held, returns and refunds in every
state. Then answers are lost and jobs die in the middle of a call. Last the panel is switched off, so that whatever
people ask for from then on stays pending: each kind of delivery that there is.
"""

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django

from tests.upgrade import past, pending, questions
from tests.upgrade.packing import pack
from tests.upgrade.workshop import ROOT, Workshop

NAME = "home-0.1"
# What the same questions are answered once everything was sent: prices of a paused mass action alone still wait.
LEFT: dict[str, list[list[object]]] = {
    "parts pending": [["price", 2]], "parts whose answer was lost": [], "parts that a dead job holds": [],
    "files under way": [[0]], "acknowledgements pending": [[0]], "shipments pending": [[0]], "returns pending": [[0]],
    "refunds pending": [[0]], "jobs that broke off": [[0]],
}  # fmt: skip
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "jetbridge.settings",
    "DJANGO_SUPERUSER_PASSWORD": "of-the-fixture-only",
    "JETBRIDGE_LOG_LEVEL": "ERROR",
}


def main(target: Path) -> None:
    """Make the home in a folder of its own, then leave what is kept of it beside the target."""
    with tempfile.TemporaryDirectory(prefix="jetbridge-made-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        shop = Workshop(home)
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {**SETTINGS, "JETBRIDGE_HOME": str(home)}
        os.chdir(ROOT)
        django.setup()
        with shop.sandbox():
            past.make(shop)
            deliveries = pending.make(shop)
        made_at = datetime.now(UTC)
        archive, answers = (target.with_name(f"{target.name}.{end}") for end in ("tar.xz", "json"))
        pack(home, archive)
        kept = {
            "made_at": made_at.isoformat(),
            **questions.answers(home),
            "deliveries": deliveries,
            "left": LEFT,
        }
        answers.write_text(json.dumps(kept, indent=1) + "\n")
        sys.stdout.write(f"{archive.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(__file__).parent / NAME)
