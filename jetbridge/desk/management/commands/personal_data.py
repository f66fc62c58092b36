"""`manage.py personal_data`: what is kept of whom, where, and for how long."""

from typing import Any

from jetbridge.core import configuration, personal
from jetbridge.core.management.base import PanelCommand


class Command(PanelCommand):
    """The table of the page Personal Data, with the columns behind each line."""

    help = "List which columns hold personal data, whose, and until when."

    def handle(self, *args: Any, **options: Any) -> None:
        config = configuration.current()
        rows = [
            {
                "whose": each.whose.value,
                "what": each.what,
                "until": personal.until(each, config),
                "table": each.table,
                "columns": list(each.columns) if self.as_json else " ".join(each.columns),
            }
            for each in personal.HOLDINGS
        ]
        self.finish_rows("kept", rows, "Nothing is kept.", elsewhere=dict(personal.ELSEWHERE))
