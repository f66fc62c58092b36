"""`manage.py journey`: the main job end to end in a world of its own, one line a step."""

import time
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.journey.steps import STEPS
from jetbridge.desk.journey.store_steps import SEED, STORE_STEPS
from jetbridge.desk.journey.world import StepFailed, World


class Command(PanelCommand):
    """Touches nothing of this installation: home, database and sandbox are made for it and removed."""

    needs_tables = False
    world = World
    help = "Take products from a store's export to a shipped, completed order, in a temporary world."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--store", choices=["files", "magento"], default="files", help="who keeps the store of this world"
        )

    def handle(self, *args: Any, store: str, **options: Any) -> None:
        done, self.steps = 0, STEPS if store == "files" else STORE_STEPS
        try:
            with self.world(store_seed=str(SEED) if store == "magento" else "") as world:
                for step in self.steps:
                    began = time.monotonic()
                    said = step.run(world)
                    done += 1
                    self.say(f"{done:2}. {step.title:34} {time.monotonic() - began:6.1f} s  {said}")
        except StepFailed as problem:
            title = self.steps[done].title if done < len(self.steps) else "Clearing away"
            self.say(f"{done + 1:2}. {title}: NOT ACHIEVED. {problem}")
            self._end(done, ok=False, problem=f"{title}: {problem}")
        self._end(done, ok=True)

    def _end(self, done: int, *, ok: bool, problem: str = "") -> None:
        summary = {"steps": len(self.steps), "done": done, "problem": problem}
        self.finish(summary, f"journey: {done} of {len(self.steps)} steps", ok=ok)
