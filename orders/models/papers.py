"""What packing slips carry beside an order: the merchant's logo."""

from django.db import models

KINDS = [("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/gif", "GIF")]


class SlipLogo(models.Model):
    """The one logo; without it slips show the address alone."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    picture = models.BinaryField()
    media_type = models.CharField(max_length=30, choices=KINDS)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_slip_logo")]

    @classmethod
    def version(cls) -> str:
        """Return what distinguishes the logo from an earlier one; nothing without a logo."""
        at = cls.objects.filter(pk=1).values_list("updated_at", flat=True).first()
        return f"{at.timestamp():.3f}" if at else ""

    def __str__(self) -> str:
        return "Logo on packing slips"
