"""What stands in the way of orders, returns and refunds, in our words and in Jet's."""

from jetbridge.desk.error_book.entries import Entry

FAILED = "admin:orders_failedorder_changelist"
ORDERS = "admin:orders_order_changelist"
OVERSELLS = "admin:orders_oversell_changelist"
RETURNS = "admin:returns_returnrequest_changelist"
REFUNDS = "admin:returns_refund_changelist"

ORDER_CAUSES = (
    Entry("unreadable", "Order could not be read", "Jet sent something that the panel cannot make an order of.", "Nothing at first: it is fetched again by itself. When it stays, send the support bundle.", "Whoever runs the panel", FAILED),
    Entry("unknown_sku", "SKU not in the store", "The product was deleted, renamed, or sold by another program on the same account.", "Map the SKU inside the order, or add the product; the order goes on by itself.", page=FAILED),
    Entry("sku_in_doubt", "SKU fits several products", "No SKU of the store is spelled like Jet's, and several differ from it in case alone.", "Map the SKU inside the order, or give one of the products another SKU; it is not rejected meanwhile.", page=FAILED),
    Entry("disabled", "Product disabled", "An ordered product is disabled in the store.", "Enable it; the order goes on by itself.", page=FAILED),
    Entry("out_of_stock", "Out of stock", "There are fewer units than were ordered.", "Restock; the order goes on by itself. Otherwise it is rejected at the deadline.", page=FAILED),
    Entry("payment_method", "Payment method unavailable", "The payment method of Jet orders is not available in the store.", "Choose another in Configuration, Orders.", page="desk:configuration"),
    Entry("refused", "Jet refused the acknowledgement", "Jet did not take our answer; its words stand beside it.", "Sync the order with Jet; when Jet still waits, acknowledge it again.", "You, then Jet", FAILED),
    Entry("exception - order rejected", "Order rejected", "We reported to Jet that the order cannot be filled.", "Nothing. It counts against your acceptance rate.", "Jet", ORDERS),
    Entry("exception - too many units shipped", "Too many units shipped", "More units were reported as shipped than were ordered.", "Ask Jet's partner support to correct it.", "You, then Jet", ORDERS),
    Entry("exception - too many units cancelled", "Too many units cancelled", "More units were reported as cancelled than were ordered.", "Ask Jet's partner support to correct it.", "You, then Jet", ORDERS),
    Entry("exception - jet manual canceled to complete state", "Closed by Jet", "Jet's support closed the order.", "Nothing; ask Jet's partner support when it is a surprise.", "Jet", ORDERS),
    Entry("resolved", "Exception resolved", "Jet's support settled what was wrong with the order.", "Nothing.", "Jet", ORDERS),
    Entry("nonfulfillable - invalid merchant SKU", "Item: SKU refused", "We reported to Jet that the SKU is not ours.", "Map or add the SKU, so that the next order is taken.", page=FAILED),
    Entry("nonfulfillable - no inventory", "Item: no stock", "We reported to Jet that there is no stock.", "Restock, and check buffers and sync of quantities.", page=FAILED),
)  # fmt: skip
OVERSOLD = (
    Entry("oversell.never_sent", "Oversold: no quantity was sent", "This panel has no record of a quantity of the SKU that Jet took.", "Sync the product; when another tool sends quantities, let one of them do it.", page=OVERSELLS),
    Entry("oversell.refused", "Oversold: Jet refused the quantity", "Jet did not take our quantity, so it went on selling by an older one.", "Fix what Jet named on the product's page; then Retry blocked products.", page=OVERSELLS),
    Entry("oversell.stopped", "Oversold: job stopped or late", "The job that sends quantities did not run while the stock changed.", "See Cron Status: start the worker and the schedule, or resume the job.", "Whoever runs the panel", "desk:cron"),
    Entry("oversell.not_sent", "Oversold: change was not sent", "The stock changed and Configuration says that such edits are not sent.", "Switch on that edits send the quantity, in Configuration, Edits.", page="desk:configuration"),
    Entry("oversell.on_its_way", "Oversold: sold before Jet knew", "The new quantity was on its way when the buyer ordered.", "Hold some units back from Jet for what sells fast: Units held back on the product or its category.", page=OVERSELLS),
    Entry("oversell.jet", "Oversold: by Jet", "Jet had our quantity before the order and sold more all the same.", "Nothing here; show Jet's partner support the call in the API log.", "Jet", OVERSELLS),
    Entry("oversell.unmanaged", "Oversold: no stock management", "The product's stock is not managed, so Jet is sent the number set in Configuration.", "Switch on Manage stock on the product's page.", page=OVERSELLS),
)  # fmt: skip
GIVEN_BACK = (
    Entry("rejected - customer card not valid", "Refund: card not valid", "Jet could not pay back to the customer's card. Nothing was paid, and the ledger is free again.", "Agree with the customer on another way, through Jet's partner support.", "You, then Jet", REFUNDS),
    Entry("rejected - refund conflicts with returns policy", "Refund: against the policy", "Jet takes no refunds more than thirty days after shipping, or its policy says otherwise. Nothing was paid.", "Pay the customer another way, through Jet's partner support.", "You, then Jet", REFUNDS),
    Entry("created", "Return: created", "The customer opened a return; you have two business days to answer.", "Answer it. Afterwards Jet completes it by itself and gives back all that is asked.", page=RETURNS),
    Entry("inprogress", "Return: in progress", "Jet has your answer and pays the customer.", "Wait.", "Jet", RETURNS),
    Entry("completed by merchant", "Return: completed", "The customer is paid. Jet uses the same words when it completed the return by itself.", "Nothing; the return's page says whether an answer is on record here.", "Jet", RETURNS),
    Entry("refund processing", "Refund: processing", "Jet decides on the refund.", "Wait; Get Updated Refund Status refreshes from Jet.", "Jet", REFUNDS),
    Entry("refund accepted", "Refund: accepted", "Jet paid the customer, and the credit memo is made.", "Nothing.", "Jet", REFUNDS),
    Entry("completed by jet", "Return completed, no answer here", "Nobody answered within two business days and Jet completed it; or it was answered on Jet's own pages, by another program, or here before the database was put back from a copy.", "Answer returns in time; the dashboard counts down. The books hold what Jet gave back.", page=RETURNS),
    Entry("paid twice", "Given back on top", "Jet completed a return after a refund for the same units had gone out.", "Ask Jet's partner support to take it back; complete such returns with 0 before the deadline.", "You, then Jet", RETURNS),
)  # fmt: skip
