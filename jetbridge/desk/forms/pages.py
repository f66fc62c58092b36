"""Forms of desk's pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from jetbridge.core import store_days
from jetbridge.core.models import JobRun
from jetbridge.jobs.status import TROUBLE


class _Day(forms.DateInput):
    input_type = "date"


class PauseForm(forms.Form):
    """Why a job is paused; whoever wonders later finds it in the history."""

    note = forms.CharField(
        label="Why", max_length=200, help_text="Stands in the history, for whoever wonders later."
    )


class RescheduleForm(forms.Form):
    """How often a job runs: every so many minutes, or once a day at an hour."""

    # Rarer than once a day a job that follows a marketplace is as good as paused; that has a button of its own.
    every = forms.IntegerField(
        label="Every (minutes)", min_value=1, max_value=1440, help_text="1 to 1,440 minutes."
    )
    at_hour = forms.IntegerField(
        label="Each day at (hour, UTC)",
        min_value=0,
        max_value=23,
        help_text="0 to 23, Coordinated Universal Time.",
    )
    note = PauseForm.base_fields["note"]

    def __init__(self, *args: Any, daily: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["every" if daily else "at_hour"]


class RunFilterForm(forms.Form):
    """Which of a job's runs are listed: by outcome, by what started them, by day."""

    outcome = forms.ChoiceField(
        required=False,
        choices=[("", "Any outcome"), ("trouble", "Did not go well"), *JobRun.Outcome.choices],
    )
    trigger = forms.ChoiceField(
        label="Started by", required=False, choices=[("", "Anything"), *JobRun.Trigger.choices]
    )
    since = forms.DateField(label="From", required=False, widget=_Day)
    until = forms.DateField(label="To", required=False, widget=_Day)

    def apply(self, runs: QuerySet[JobRun]) -> QuerySet[JobRun]:
        """Narrow the runs by what was chosen; what cannot be read narrows nothing and says why."""
        if not self.is_bound:
            return runs
        self.full_clean()
        lookups = {
            "outcome": "outcome",
            "trigger": "trigger",
        }
        chosen = {lookup: self.cleaned_data.get(name) for name, lookup in lookups.items()}
        if chosen["outcome"] == "trouble":
            chosen["outcome"] = ""
            runs = runs.filter(outcome__in=sorted(TROUBLE))
        runs = runs.filter(**{lookup: value for lookup, value in chosen.items() if value})
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        return runs.filter(store_days.within("started_at", since, until))


class SupportForm(forms.Form):
    """A message to whoever supports the panel."""

    subject = forms.CharField(max_length=150)
    text = forms.CharField(
        label="What happened, what did you expect",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Name the SKU, the order number or the request ID that stands on the page.",
    )
    reply_to = forms.EmailField(label="Answer to", required=False)
    attach = forms.BooleanField(
        label="Attach the bundle",
        required=False,
        initial=True,
        help_text="Versions, settings, mappings, last jobs and errors; no secret and no buyer in it.",
    )
