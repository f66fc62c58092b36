"""What many shapes of the API share: amounts as text, pages of a list, what was asked for and is under way."""

from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field

Item = TypeVar("Item")

# US dollars; text, so that no reader makes a fraction of it that is not there.
Money = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2,4}$", examples=["58.00"])]
GivenMoney = Annotated[str, Field(pattern=r"^[0-9]{1,8}(\.[0-9]{1,4})?$", examples=["58.00"])]
# For columns of whole cents.
GivenCents = Annotated[str, Field(pattern=r"^[0-9]{1,8}(\.[0-9]{1,2})?$", examples=["58.00"])]
Units = Annotated[int, Field(ge=0, le=1_000_000)]
Sku = Annotated[str, Field(min_length=1, max_length=64)]


class Given(Schema):
    """A body of a request; a field that nobody knows is a mistake that is named."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None


class Queued(Schema):
    """Something that was asked for: it is on its way to Jet."""

    id: str
    state: str


def money(amount: Decimal | None) -> Any:
    """Return an amount as it stands in answers: two places, more only where there are more."""
    if amount is None:
        return None
    exact = amount.normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return f"{exact:.{places}f}"
