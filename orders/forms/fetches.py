"""The form that fetches chosen orders: by their ids, or by the days on which they were placed."""

import re
from typing import Any

from django import forms

from jetbridge.core import store_days

MOST_IDS = 1000


class FetchForm(forms.Form):
    """Ids or days, not both; only compare, or take over too."""

    ids = forms.CharField(
        label="Order IDs",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Jet order IDs, Jet's references or our order numbers; one a line, or with commas between them.",
    )
    since = forms.DateField(
        label="Placed from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Instead of IDs. Reads the orders that we know of these days again, and those Jet lists: the "
        "first 1,000 of each status.",
    )
    until = forms.DateField(
        label="Placed until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    compare_only = forms.BooleanField(
        label="Only compare",
        required=False,
        help_text="Shows what differs; nothing is imported or taken over.",
    )

    def clean_ids(self) -> list[str]:
        """Split what was typed or pasted; each id once."""
        found = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", self.cleaned_data["ids"]))))
        if len(found) > MOST_IDS:
            raise forms.ValidationError(f"At most {MOST_IDS:,} orders at once; these are {len(found):,}.")
        if odd := [each for each in found if len(each) > 64 or not re.fullmatch(r"[\w-]+", each)]:
            raise forms.ValidationError(f"Not an order ID: {odd[0][:64]}")
        return found

    def clean(self) -> dict[str, Any]:
        """Either ids or a whole range of days."""
        given = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if self.errors:
            return given
        if given.get("ids"):
            if since or until:
                self.add_error("since", "Give IDs or days, not both.")
        elif not since:
            self.add_error("since" if until else "ids", "Give order IDs, or the days to fetch.")
        else:
            given["until"] = until = until or store_days.today()
            if since > until:
                self.add_error("until", "This day lies before the first one.")
        return given
