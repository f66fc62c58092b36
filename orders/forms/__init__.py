"""Forms of orders, by topic."""

from orders.forms.answers import ChooseProductForm, ConsentForm, NoteForm, RejectForm
from orders.forms.fetching import FetchForm
from orders.forms.shipping import ShipForm, ship_defaults

__all__ = [
    "ChooseProductForm",
    "ConsentForm",
    "FetchForm",
    "NoteForm",
    "RejectForm",
    "ShipForm",
    "ship_defaults",
]
