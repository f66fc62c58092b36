"""What rooms above see of a client of Jet's API."""

from typing import Protocol


class Client(Protocol):
    """
    A client as rooms above hold and hand it on: they see which Jet it speaks to, and no call.

    What is asked of Jet stands in packages named `jet`, which take the client itself by `speaking`.
    """

    base_url: str
    user: str
