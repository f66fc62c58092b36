"""A message to Jet as JSON holds it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Body = dict[str, Any]

# Types that JSON holds as they are.
AS_JSON = frozenset({str, int, bool, type(None)})


def plain(body: Any) -> Any:
    """Return a body as JSON holds it, for storing and comparing: amounts as numbers."""
    kind = type(body)
    if kind in AS_JSON:
        return body
    if kind is dict:
        return {key: value if type(value) in AS_JSON else plain(value) for key, value in body.items()}
    if isinstance(body, Decimal):
        return int(body) if body == body.to_integral_value() else float(body)
    if isinstance(body, Mapping):
        return {key: plain(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [plain(value) for value in body]
    return body
