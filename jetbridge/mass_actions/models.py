"""Mass actions: one row says what was chosen, a task carries it out in chunks."""

from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse

from jetbridge.core.models.accounts import JetAccount
from jetbridge.core.models.events import Named


class MassAction(Named):
    """
    One mass action of one person over a filter or a list of ids.

    It may do what `started_by` may, whoever planned it; only a command's run, `by_command`, has no such limits.
    """

    class Scope(models.TextChoices):
        """Whose rows the run is over; each scope has its own advancing job."""

        CATALOG = "catalog", "Products"
        ORDERS = "orders", "Orders"

    class State(models.TextChoices):
        """Where the run stands. Draft is the plan page; nothing is sent before Start."""

        DRAFT = "draft", "Planned"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        CANCELLED = "cancelled", "Cancelled"
        DONE = "done", "Done"
        # An error of its own stopped it; `message` says which, and a person may let it go on.
        FAILED = "failed", "Stopped by an error"

    scope = models.CharField(max_length=10, choices=Scope.choices)
    action = models.CharField(max_length=40)
    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    ids = models.JSONField(null=True, blank=True, help_text="Chosen primary keys, or null: all that match.")
    filters = models.JSONField(
        default=dict, blank=True, help_text="The grid's query string as a dict of lists."
    )
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    listed = models.BooleanField(default=False, help_text="Everything chosen stands as an item.")
    cursor = models.BigIntegerField(default=0, help_text="Highest primary key already taken up.")
    expanded = models.BooleanField(default=False, help_text="Everything chosen was taken up.")
    chosen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    plan = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_command = models.BooleanField(default=False, db_default=False)
    request_id = models.CharField(max_length=36, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)
    # Since when its pace is measured, how many were settled by then, and when the last one was.
    paced_at = models.DateTimeField(null=True, blank=True)
    paced_from = models.PositiveIntegerField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "core"
        db_table = "core_bulkrun"  # its name before, as those of its permissions
        default_permissions = ()
        permissions = [
            (f"{verb}_bulkrun", f"Can {verb} mass action") for verb in ("add", "change", "delete", "view")
        ]
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["scope", "id"], condition=models.Q(state="running"), name="bulkrun_running")
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    @property
    def is_ending(self) -> bool:
        """Whether it was cancelled and still waits for what was begun before."""
        return self.state == self.State.CANCELLED and self.finished_at is None

    @property
    def sentence(self) -> str:
        """What became of it, in a few words that its objects bear out: the one place that says it."""
        if self.is_ending:
            return "Being cancelled"
        if self.state == self.State.CANCELLED and self.done:
            return "Cancelled, partly done"
        if self.state != self.State.DONE:
            return str(self.get_state_display())
        if self.failed:
            return "Partly done" if self.done else "Failed"
        return "Done" if self.done else "Nothing done"

    def get_absolute_url(self) -> str:
        """Return the run's page; nothing where its scope has none."""
        try:
            return reverse(f"{self.scope}:run", args=[self.pk])
        except NoReverseMatch:
            return ""


class MassActionItem(models.Model):
    """One object of a mass action with its own outcome and reason."""

    class State(models.TextChoices):
        """What became of the object in this run."""

        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    # The constraint of one item an object is the index on it.
    run = models.ForeignKey(MassAction, on_delete=models.CASCADE, related_name="items", db_index=False)
    object_id = models.BigIntegerField()
    reference = models.CharField(max_length=100)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    # The delivery whose answer settles it: a box of the outbox, a row's key there and the number of the request.
    box = models.CharField(max_length=60, blank=True)
    delivery = models.BigIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        app_label = "core"
        db_table = "core_bulkrunitem"  # its name before
        default_permissions = ()
        permissions = [
            (f"{verb}_bulkrunitem", f"Can {verb} mass action item")
            for verb in ("add", "change", "delete", "view")
        ]
        constraints = [models.UniqueConstraint(fields=["run", "object_id"], name="one_item_per_object")]
        indexes = [
            models.Index(fields=["run", "state"], name="bulkitem_run_state"),
            models.Index(
                fields=["delivery"], condition=models.Q(delivery__isnull=False), name="bulkitem_delivery"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
