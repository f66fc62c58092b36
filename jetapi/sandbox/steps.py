"""Every step that Jet takes of its own accord, by name: the one table that the diary looks into."""

from .rules import files, orders, refunds, reports, returns, review, settlements
from .world import Step

STEPS: dict[str, Step] = {
    "order.ready": orders.become_ready,
    "order.late": orders.note_late,
    "sku.review": review.decide,
    "upload.expire": files.expire_upload,
    "file.start": files.start,
    "file.finish": files.finish,
    "return.settle": returns.settle,
    "return.expire": returns.complete_by_jet,
    "refund.process": refunds.process,
    "refund.decide": refunds.decide,
    "report.finish": reports.finish,
    "report.expire": reports.expire,
    "settlement.pay": settlements.pay,
}
