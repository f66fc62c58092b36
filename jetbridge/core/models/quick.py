"""Objects of tables that are read by the thousand."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class ReadQuickly(models.Model):
    """A model whose rows become objects at once, field by field only where an object is made anew."""

    class Meta:
        abstract = True

    # As Django's own, which looks up each time which column it is.
    pk = property(attrgetter("id"), lambda self, key: setattr(self, "id", key))

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """
        Make an object of a row; what was not read is read when it is asked for, as ever.

        Django calls `__init__` here, which separates defaults from values and sets each field on its own. Of a row
        every value is known, and no field of ours listens to the signals that it sends.
        """
        found = cls.__new__(cls)
        found.__dict__.update(zip(field_names, values, strict=True))
        found._state = ModelState()
        found._state.adding, found._state.db = False, db
        return found
