"""Why a mass action leaves something out, and what becomes of what it took up. Codes begin with `run.`"""

from jetbridge.desk.error_book.entries import Entry
from jetbridge.desk.error_book.product_checks import PRODUCTS
from jetbridge.desk.error_book.trade import FAILED, ORDERS

RULES = "desk:configuration"

ENTRIES = (
    Entry("run.type", "Mass action: kind of product", "Bundles, grouped, virtual and downloadable products have no counterpart at Jet.", "List the simple products that they are made of.", page=PRODUCTS),
    Entry("run.disabled", "Mass action: disabled in the store", "A disabled product is not offered, so nothing of it is sent.", "Enable it on its page, or leave it out.", page=PRODUCTS),
    Entry("run.excluded", "Mass action: kept off Jet", "A person, or a rule of its brand or category, keeps the product off Jet.", "Clear Keep off Jet on its page, or change the rule.", page=PRODUCTS),
    Entry("run.archived", "Mass action: archived on Jet", "Jet takes nothing for an archived product.", "Unarchive it first, if it shall be sold again.", page=PRODUCTS),
    Entry("run.blocked", "Mass action: stopped after three refusals", "Jet refused the same thing three times alike, so it is no longer sent by itself.", "Fix what Jet named; then edit the product, or choose Retry blocked products.", page=PRODUCTS),
    Entry("run.invalid", "Mass action: Jet would refuse it", "Our checks found what Jet would refuse.", "Fix it under Fix by Cause; or send it anyway, if you know better.", page="catalog:causes"),
    Entry("run.under_way", "Mass action: already being sent", "An earlier action or an edit has it on its way.", "Nothing: it goes with that one.", "Jet", PRODUCTS),
    Entry("run.not_on_jet", "Mass action: Jet does not have it", "The product was never sent to Jet under these keys.", "Upload it first.", page=PRODUCTS),
    Entry("run.open", "Mass action: not archived", "Only what is archived can be unarchived.", "Nothing.", page=PRODUCTS),
    Entry("run.agrees", "Mass action: Jet has it already", "Store and Jet hold the same figures.", "Nothing.", page=PRODUCTS),
    Entry("run.not_stopped", "Mass action: not stopped", "Nothing of it waits for a reset.", "Nothing.", page=PRODUCTS),
    Entry("run.spared", "Mass action: live, content left as it is", "Sending the content of a live product can put it back under review, so only price and quantity went.", "Nothing; clear “Send price and quantity only of those that are live” on the plan to send everything.", page=PRODUCTS),
    Entry("run.overtaken", "Mass action: overtaken", "A newer change of the product took it over while the action ran.", "Nothing: the newer change is what goes to Jet.", "Jet", PRODUCTS),
    Entry("run.coming", "Mass action: Jet still checks the order", "Jet holds a new order back for up to half an hour before it can be answered.", "Wait; it becomes ready by itself.", "Jet", ORDERS),
    Entry("run.answering", "Mass action: being answered already", "An answer to the order is on its way to Jet.", "Wait a moment and look again.", "Jet", ORDERS),
    Entry("run.held", "Mass action: held", "Something stands in its way and its words say what: an order that cannot be filled, or a price change that waits for a yes.", "Fix the order, or say yes under Price Reviews; it then goes on by itself.", page=FAILED),
    Entry("run.acknowledged", "Mass action: acknowledged already", "An order is acknowledged once.", "Nothing; ship it.", page=ORDERS),
    Entry("run.no_parcel", "Mass action: no parcel in the file", "The file of tracking numbers has no row for this order.", "Add a row with its order number and tracking number, and upload the file again.", page="orders:parcels"),
    Entry("run.closed", "Mass action: order closed", "It is complete, cancelled or rejected.", "Nothing.", page=ORDERS),
    Entry("run.unanswered", "Mass action: not acknowledged", "Jet takes a shipment only of an order that was acknowledged.", "Acknowledge it first.", page=ORDERS),
    Entry("run.sending", "Mass action: shipment on its way", "A shipment of the order waits for Jet's answer.", "Wait for it; then try again.", "Jet", ORDERS),
    Entry("run.not_asked", "Mass action: no cancel asked", "The buyer of this order asks for no cancel.", "Nothing; to cancel by yourself choose Cancel.", page=ORDERS),
    Entry("run.may_not_reject", "Mass action: you may not reject", "The order is not acknowledged, so cancelling it means to reject it, and your group may not.", "Ask an owner for the permission, or let a merchant do it.", page=ORDERS),
    Entry("run.above_limit", "Mass action: beyond the cancellation limit", "With this cancel more of your orders would be cancelled than the limit in Configuration allows.", "Cancel fewer; or somebody who may pass the limit does it.", page=RULES),
    Entry("run.not_failed", "Mass action: not failed", "Only failed and held orders can be tried again.", "Nothing.", page=ORDERS),
    Entry("run.clean", "Mass action: checked, no problem", "The check found nothing that Jet would refuse.", "Nothing; it can be uploaded.", page=PRODUCTS),
    Entry("run.advice", "Mass action: checked, with advice", "Jet would take the product; the check has advice for its page at Jet.", "Follow the advice, if you like.", page="catalog:causes"),
    Entry("run.not_live", "Mass action: checked, would not go live", "Jet would take the product and never show it, since it lacks an identifier.", "Add a UPC, EAN, GTIN-14, ISBN or ASIN.", page="catalog:causes"),
    Entry("run.blocks", "Mass action: checked, Jet would refuse it", "The check found what Jet would refuse.", "Fix it under Fix by Cause.", page="catalog:causes"),
    Entry("run.taken", "Mass action: SKU stands for another product", "At Jet this SKU was linked to another product of the store, so two products would share one listing.", "Give this product another SKU, or undo the link: link the SKU on Jet to this product.", page=PRODUCTS),
    Entry("run.gone", "Mass action: gone", "It was deleted after the action was planned.", "Nothing."),
    Entry("run.cancelled", "Mass action: run cancelled", "Somebody ended the action before it came to this one.", "Start the action again, if you still need it."),
    Entry("run.error", "Mass action: error in the panel", "Carrying it out for this one ended in an error that nobody foresaw; nothing of it was kept, and the others went on.", "Press Retry on the run's page; if it fails again, send a support bundle.", page="desk:help"),
    Entry("run.refused", "Mass action: refused", "The panel or Jet refused this one; its words stand beside it.", "Fix what they name, then press Retry on the run's page."),
    Entry("run.none_lost", "No zero was lost for certain", "Validation says of none of its identifiers that zeros in front would make it valid.", "Nothing. Compare the identifier with the barcode on the goods."),
    Entry("run.none_restored", "No zero was restored", "Its identifiers never got zeros back from a mass action.", "Nothing."),
)  # fmt: skip
