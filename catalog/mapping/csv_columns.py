"""Columns of our own export: values of the jet.com tab, one column a field, named jet. and Jet's name of it."""

from collections.abc import Mapping

from catalog.mapping.fields.table import FIELDS
from catalog.products.identifiers import IDENTIFIERS
from catalog.products.intake.cells import EMPTY, BadCell
from catalog.products.intake.column_families import ColumnFamily
from catalog.products.values import BadValue

PREFIX = "jet."
# What is wrong most often, and fits into a cell; the rest is edited on the product's page.
NAMES = ("product_title", "brand", "manufacturer", "mfr_part_number", "multipack_quantity", *IDENTIFIERS)
# A header's columns come in lower case.
COLUMNS = {f"{PREFIX}{name}".lower(): name for name in NAMES}


def merged(own: Mapping[str, object], said: Mapping[str, str]) -> dict[str, object]:
    """
    Return a product's own values with what a row says put in.

    An empty cell says nothing, Magento's word for empty takes the own value away. What stands there already is taken
    as it is: a file that fixes one product must not stumble over another's fault.

    :raises BadCell: Jet would refuse a value
    """
    found = dict(own)
    for name, cell in said.items():
        if cell == EMPTY:
            found.pop(name, None)
        elif cell and str(found.get(name, "")) != cell:
            found[name] = _read(name, cell)
    return found


def _read(name: str, cell: str) -> str:
    try:
        read = FIELDS[name].read(cell)
    except BadValue as error:
        raise BadCell(error.code, f"{FIELDS[name].label} {error}.", f"{PREFIX}{name}") from error
    return str(read) if name in IDENTIFIERS else cell


FAMILY = ColumnFamily("jet_fields", COLUMNS, merged)
