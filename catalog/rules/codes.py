"""The rules that products break now, each with its name in words."""

from django.db import connection

from catalog.mapping.fields.table import FIELDS
from catalog.rules.models import Problem

# Faults that need more words than their name has.
FAULTS = {
    "check_digit": "wrong check digit",
    "lost_zeros": "zeros were lost in front",
    "only_part_number": "only a part number",
}
# Jumps from code to code along the index: a few dozen steps, however many problems there are.
_NEXT = """
WITH RECURSIVE found(code) AS (
    SELECT MIN(code) FROM {table}
    UNION ALL
    SELECT (SELECT MIN(code) FROM {table} WHERE code > found.code) FROM found WHERE found.code IS NOT NULL
)
SELECT code FROM found WHERE code IS NOT NULL
"""


def in_use() -> list[str]:
    """Return the codes of all stored problems, each once, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=connection.ops.quote_name(Problem._meta.db_table)))
        return [code for (code,) in cursor.fetchall()]


def words(code: str) -> str:
    """Name a rule by what it looks at and what is wrong: "EAN: wrong check digit"."""
    field, _, fault = code.rpartition(".")
    label = FIELDS[field].label if field in FIELDS else field.replace("_", " ").capitalize()
    wrong = FAULTS.get(fault) or fault.replace("_", " ")
    return f"{label}: {wrong}" if label else wrong
