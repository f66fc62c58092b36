"""What an order waits for in a mass action stands in columns of its own, no longer in a code."""

from django.db import migrations

OF_ORDERS = "run_id IN (SELECT id FROM core_bulkrun WHERE scope = 'orders')"
# A row that is not there was withdrawn: the item is told so when the job comes to it.
ANSWERS = f"""
    UPDATE core_bulkrunitem SET
        box = CASE
            WHEN EXISTS (
                SELECT 1 FROM orders_acknowledgement sent WHERE sent.order_id = object_id AND sent.status = 'accepted'
            ) THEN 'orders.acknowledgements' ELSE 'orders.rejections' END,
        delivery = object_id,
        number = COALESCE((SELECT sent.number FROM orders_acknowledgement sent WHERE sent.order_id = object_id), 0)
    WHERE code = 'answer' AND state = 'waiting' AND {OF_ORDERS}
"""
SENT = "FROM orders_shipment sent WHERE sent.order_id = object_id AND 'shipment-' || sent.sequence = code"
SHIPMENTS = f"""
    UPDATE core_bulkrunitem SET
        box = 'orders.shipments',
        delivery = COALESCE((SELECT sent.id {SENT}), 0),
        number = COALESCE((SELECT sent.number {SENT}), 0)
    WHERE code LIKE 'shipment-%' AND state = 'waiting' AND {OF_ORDERS}
"""
CODES = f"""
    UPDATE core_bulkrunitem SET code = CASE WHEN state = 'failed' THEN 'refused' ELSE '' END
    WHERE (code = 'answer' OR code LIKE 'shipment-%') AND {OF_ORDERS}
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0016_fixed_orders"), ("core", "0022_one_walk")]
    operations = [
        migrations.RunSQL([ANSWERS, SHIPMENTS, CODES], migrations.RunSQL.noop),
    ]
