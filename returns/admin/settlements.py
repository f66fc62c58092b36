"""The grid of Jet's weekly settlements: what is paid out, and where our own books differ."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from jetbridge.core import configuration
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from returns import texts
from returns.models import Settlement


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    """Settlements of the account that is switched on, newest week first."""

    list_display = ("week", "state_chip", "orders", "returns", "adjustment", "value", "differences", "read")
    list_display_links = ("week",)
    list_filter = ("state", "period_start")
    list_before_template = "returns/settlement_tools.html"
    search_fields = ("jet_id",)
    search_help_text = "Settlement ID"
    sortable_by = ()
    empty_title = "No settlements yet"
    empty_text = (
        "Jet settles a week after it has ended; its reports are fetched {often:returns.fetch_settlements}."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Settlement]:
        """Settlements of the active account."""
        rows = Settlement.objects.filter(account=configuration.active_account())
        return rows.defer("document")

    @admin.display(description="Week")
    def week(self, row: Settlement) -> str:
        return str(row)

    @admin.display(description="State")
    def state_chip(self, row: Settlement) -> SafeString:
        """Whether Jet has paid; a state that we do not know in Jet's own word."""
        word = row.jet_state if row.state == Settlement.State.OTHER else row.get_state_display()
        return display.chip(word or "–", texts.SETTLEMENT_TONES[row.state])  # noqa: RUF001

    @admin.display(description="Orders")
    def orders(self, row: Settlement) -> SafeString:
        return display.money(row.order_balance)

    @admin.display(description="Returns")
    def returns(self, row: Settlement) -> SafeString:
        """What the week's returns and refunds cost."""
        return display.money(row.return_balance)

    @admin.display(description="Adjustment")
    def adjustment(self, row: Settlement) -> SafeString:
        """What Jet added or took for other reasons."""
        return display.money(row.jet_adjustment)

    @admin.display(description="Settled")
    def value(self, row: Settlement) -> SafeString:
        return display.money(row.settlement_value)

    @admin.display(description="Beside our books")
    def differences(self, row: Settlement) -> SafeString:
        """In how many figures our own books say otherwise."""
        if not row.differing:
            return display.chip("Agrees", "green")
        return display.chip(f"{row.differing} differ" + ("s" if row.differing == 1 else ""), "amber")

    @admin.display(description="Read")
    def read(self, row: Settlement) -> SafeString:
        return display.ago(row.read_at)
