"""Mass actions over one kind of objects, from the plan to the last answer; an app says only what is its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Unpack

from django.contrib.auth.models import User as Person
from django.db.models import QuerySet

from jetbridge.core.reports import Report
from jetbridge.mass_actions import chunks, groups, lifecycle, plans
from jetbridge.mass_actions.chunks import Work
from jetbridge.mass_actions.lifecycle import Chosen
from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.plans import Action

Heartbeat = Callable[[], None]


class MassActions:
    """What an app's pages, commands and job do with its mass actions."""

    scope: ClassVar[MassAction.Scope]
    actions: ClassVar[Mapping[str, Action]]
    # The objects' column for people.
    name: ClassVar[str]

    def chosen(self, run: MassAction) -> "QuerySet[Any]":
        """Return what a run is over: the ids, the objects of another run, or all that match its filters."""
        raise NotImplementedError

    def objects(self) -> "QuerySet[Any]":
        """Return the table from which chunks are read, with what carrying out needs."""
        raise NotImplementedError

    def count(self, run: MassAction) -> "QuerySet[Any]":
        """Put into the plan what will go and what will not; return the classified objects. Unsaved."""
        return plans.plan(run, self.chosen(run), self.actions[run.action])

    def may_bring_members(self, run: MassAction) -> bool:
        """Say whether the members of the groups that were chosen come along unless they are left out."""
        return False

    def leave_members(self, run: MassAction, *, alone: bool) -> MassAction:
        """Plan a draft anew with the groups' members, or without."""
        run.options = {key: value for key, value in run.options.items() if key != groups.ALONE}
        run.options |= {groups.ALONE: True} if alone else {}
        return self.plan(run)

    def renew(self, run: MassAction) -> None:
        """Take out of a repeated run's options what was meant for the first one alone."""

    def settle_left_of(self, run: MassAction) -> None:
        """Settle what a run waits for though nothing of it is on its way any more."""
        lifecycle.settle_left(run)

    def sketch(self, *, action: str, **chosen: Unpack[Chosen]) -> MassAction:
        """Return a mass action with its plan, not yet written down."""
        return self.plan(lifecycle.sketch(scope=self.scope, action=self.actions[action].code, **chosen))

    def draft(self, *, action: str, **chosen: Unpack[Chosen]) -> MassAction:
        """Write down a mass action and its plan; nothing happens before `start`."""
        run = self.sketch(action=action, **chosen)
        run.save()
        return run

    def plan(self, run: MassAction) -> MassAction:
        """Count, over everything that was chosen, what will go, what will not and why, and what is already so."""
        self.count(run)
        if run.pk:
            run.save(update_fields=["plan", "chosen", "options"])
        return run

    def again(
        self, run: MassAction, *, action: str = "", states: Sequence[str], by: Person | None = None
    ) -> MassAction:
        """Draft a run over those objects of another that ended so: once more, or with the opposite action."""
        fresh = lifecycle.again(run, action=action, states=states, by=by)
        self.renew(fresh)
        return self.plan(fresh)

    def start(self, run: MassAction, options: Mapping[str, Any] | None = None) -> bool:
        """Let a draft go; this and the other moves return whether it was this call that did it."""
        return lifecycle.start(run, options)

    def pause(self, run: MassAction) -> bool:
        """Hold a run at the next item boundary."""
        return lifecycle.pause(run)

    def resume(self, run: MassAction) -> bool:
        """Let a run go on that was held, or that an error stopped; whoever may not go on with it hands it over."""
        lost = plans.lost_right(run, self.actions[run.action])
        return lifecycle.resume(run, **(lifecycle.in_charge() if lost else {}))

    def cancel(self, run: MassAction) -> bool:
        """End a run at the next item boundary."""
        return lifecycle.cancel(run)

    def take_up(self, *, means: Any = None, heartbeat: Heartbeat = lambda: None, at_most: int = 0) -> Report:
        """
        Take up what running mass actions have not taken up yet; pause and cancel are heeded.

        `means` is what the job's words with the other side need: actions that need it stand still without.
        `at_most` bounds the chunks of each run that sends something; `is_taking_up` says whether more are left.
        """
        report = Report()
        for run in lifecycle.running(self.scope):
            with chunks.isolated(run, report):
                action = self.actions[run.action]
                if action.needs_means and means is None:
                    continue
                chosen, objects = self.chosen(run), self.objects()
                work = Work(run, action, chosen, objects, self.name, report, means, heartbeat)
                chunks.take_up(work, chunks=at_most if action.sends else 0)
                lifecycle.finish_if_done(run.pk)
        return report

    def is_taking_up(self) -> bool:
        """Return whether a running mass action has objects that nothing was done with yet."""
        return any(not run.expanded for run in lifecycle.running(self.scope))

    def settle_left(self) -> Report:
        """Close mass actions that wait for answers which are there, or will never come."""
        report = Report()
        for run in lifecycle.unfinished(self.scope):
            with chunks.isolated(run, report):
                self.settle_left_of(run)
                lifecycle.finish_if_done(run.pk)
        return report
