"""The seam behind which labels are made: what is to be shipped goes out, which parcel got which number comes back."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from django.db.models import QuerySet

from jetbridge.core.models import JetAccount
from orders import exports
from orders.mass_actions import tracking_files
from orders.mass_actions.tracking_files import ParcelFile
from orders.models import Order


class Labeler(Protocol):
    """
    Who makes labels. Another one is set by `use`, in the `wiring` of the room that brings it.

    Pages and commands go through it both ways, so that neither knows whether a program, a service or a person prints.
    """

    def hand_over(self, orders: "QuerySet[Order]") -> Iterator[Sequence[object]]:
        """Give what is open of orders as rows of a table, header first, one open line of an order a row."""

    def take_back(
        self, data: bytes, *, account: JetAccount, carrier: str, method: str, confirm_identifiers: bool
    ) -> ParcelFile:
        """
        Read which parcels were labeled; carrier and method stand in where a row names none. Nothing is sent yet.

        :raises UnreadableFile: none of it can be used
        """


class FileExchange:
    """By files of a documented form (docs/operations.md, Labels by another program): the labeler that comes along."""

    def hand_over(self, orders: "QuerySet[Order]") -> Iterator[Sequence[object]]:
        """Give the file Orders to ship."""
        return exports.rows_to_ship(orders)

    def take_back(
        self, data: bytes, *, account: JetAccount, carrier: str, method: str, confirm_identifiers: bool
    ) -> ParcelFile:
        """Read that file filled in, or the file of a shipping program."""
        return tracking_files.read(
            data=data,
            account=account,
            carrier=carrier,
            method=method,
            confirm_identifiers=confirm_identifiers,
        )


_used: list[Labeler] = [FileExchange()]


def use(labeler: Labeler) -> None:
    """Let another one make the labels from now on."""
    _used[:] = [labeler]


def current() -> Labeler:
    """Return who makes the labels."""
    return _used[0]
