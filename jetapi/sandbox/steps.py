"""Every step that Jet takes of its own accord, by name: the one table that the diary looks into."""

from .rules import files, orders, returns, review
from .schedule import Step

STEPS: dict[str, Step] = {
    "order.ready": orders.become_ready,
    "order.late": orders.note_late,
    "sku.review": review.decide,
    "file.start": files.start,
    "file.finish": files.finish,
    "return.settle": returns.settle,
    "return.expire": returns.complete_by_jet,
}
