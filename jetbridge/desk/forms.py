"""Forms of desk's pages."""

from django import forms


class PauseForm(forms.Form):
    """Why a job is paused; whoever wonders later finds it in the history."""

    note = forms.CharField(
        label="Why", max_length=200, help_text="Stands in the history, for whoever wonders later."
    )
