"""The common ground of all values that Jet sends or gets: frozen, tolerant of unknown fields, exact in money."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    model_validator,
)

from jetapi import wire
from jetapi.http.errors import unreadable

T = TypeVar("T")

REASONS_LIMIT = 10


def _blank_to_none(value: Any) -> Any:
    return None if value == "" else value


JetDate = Annotated[datetime | None, BeforeValidator(wire.read_date)]
Money = Annotated[Decimal | None, BeforeValidator(_blank_to_none)]
Count = Annotated[int | None, BeforeValidator(_blank_to_none)]
# 64 bits, 15 digits and more: 3.79164E+14 is what a spreadsheet leaves of such an id, never an id.
AttributeId = StrictInt
Many = tuple[T, ...]


class JetValue(BaseModel):
    """A value that Jet sent. What is absent or null there is None or empty here; unknown ones drop out."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        """Null means absent: clients met both for the same fields."""
        if isinstance(data, dict) and None in data.values():
            return {key: value for key, value in data.items() if value is not None}
        return data


class JetDocument(JetValue):
    """A value that came as one answer; `raw` keeps the answer as it came."""

    raw: dict[str, Any] = Field(default_factory=dict, repr=False, exclude=True)

    @classmethod
    def read(cls, data: Any) -> Self:
        """
        Read an answer.

        :raises JetUnreadable: a field that must be there is missing, or one is of an impossible kind
        """
        if not isinstance(data, Mapping):
            raise unreadable(f"{cls.__name__}: expected an object, got {type(data).__name__}")
        try:
            return cls.model_validate({**data, "raw": data})
        except ValidationError as error:
            reasons = error.errors(include_url=False, include_input=False)[:REASONS_LIMIT]
            texts = [f"{'.'.join(map(str, reason['loc']))}: {reason['msg']}" for reason in reasons]
            raise unreadable(f"{cls.__name__}: {'; '.join(texts)}") from None


def without_blanks(**fields: Any) -> dict[str, Any]:
    """Leave out what is None or "": to Jet both mean the same as absent."""
    return {key: value for key, value in fields.items() if value is not None and value != ""}
