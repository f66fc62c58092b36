"""Which columns of a shipping program's file are ours, as somebody said once for all files of its kind."""

from django.db import models


class ParcelHeader(models.Model):
    """The columns of files with one set of headers: ours, each with the name that stands in the file."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    columns = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key[:8]
