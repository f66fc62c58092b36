"""Forms of orders, by topic."""

from orders.forms.erasures import ForgetForm
from orders.forms.fetches import FetchForm
from orders.forms.rejections import (
    ChooseProductForm,
    ConsentForm,
    DeskForm,
    FixForm,
    NoteForm,
    ReasonForm,
    RejectForm,
    RestockForm,
    desk_initial,
)
from orders.forms.shipments import ShipForm, ship_defaults
from orders.forms.tracking_files import ParcelFileForm

__all__ = [
    "ChooseProductForm",
    "ConsentForm",
    "DeskForm",
    "FetchForm",
    "FixForm",
    "ForgetForm",
    "NoteForm",
    "ParcelFileForm",
    "ReasonForm",
    "RejectForm",
    "RestockForm",
    "ShipForm",
    "desk_initial",
    "ship_defaults",
]
