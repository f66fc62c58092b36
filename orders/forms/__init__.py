"""Forms of orders, by topic."""

from orders.forms.answers import ChooseProductForm, ConsentForm, NoteForm, ReasonForm, RejectForm
from orders.forms.fetching import FetchForm
from orders.forms.parcels import ParcelFileForm
from orders.forms.shipping import ShipForm, ship_defaults

__all__ = [
    "ChooseProductForm",
    "ConsentForm",
    "FetchForm",
    "NoteForm",
    "ParcelFileForm",
    "ReasonForm",
    "RejectForm",
    "ShipForm",
    "ship_defaults",
]
