"""`manage.py journey`: the main job end to end in a world of its own, one line a step."""

import time
from typing import Any

from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.journey.steps import STEPS
from jetbridge.desk.journey.world import StepFailed, World


class Command(PanelCommand):
    """Touches nothing of this installation: home, database and sandbox are made for it and removed."""

    needs_tables = False
    help = "Take products from a store's export to a shipped, completed order, in a temporary world."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        try:
            with World() as world:
                for step in STEPS:
                    began = time.monotonic()
                    said = step.run(world)
                    done += 1
                    self.say(f"{done:2}. {step.title:34} {time.monotonic() - began:6.1f} s  {said}")
        except StepFailed as problem:
            title = STEPS[done].title if done < len(STEPS) else "Clearing away"
            self.say(f"{done + 1:2}. {title}: NOT ACHIEVED. {problem}")
            self._end(done, ok=False, problem=f"{title}: {problem}")
        self._end(done, ok=True)

    def _end(self, done: int, *, ok: bool, problem: str = "") -> None:
        summary = {"steps": len(STEPS), "done": done, "problem": problem}
        self.finish(summary, f"journey: {done} of {len(STEPS)} steps", ok=ok)
