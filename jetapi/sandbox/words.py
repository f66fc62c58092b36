"""
Jet's fixed vocabularies for products and orders, as the sandbox reads them.

A reading of its own of Jet's documents, written as they print lists and made from no list of the panel's.
"""


def _listed(text: str) -> tuple[str, ...]:
    """Take a list apart as Jet's documents print it: dots between the words, lines broken anywhere."""
    return tuple(" ".join(word.split()) for word in text.split("·"))


PRODUCT_STATUSES = _listed(
    """
    Under Jet Review · Missing Listing Data · Available for Purchase · Excluded · Unauthorized · Archived
    · Processing · Ready to List
    """
)
CPSIA = _listed(
    """
    no warning applicable · choking hazard small parts · choking hazard is a small ball · choking hazard
    is a marble · choking hazard contains a small ball · choking hazard contains a marble · choking hazard
    balloon
    """
)
CPSIA_NONE = CPSIA[0]
# The last four are no part of the list, but Jet's own taxonomy suggests them, spelled like this.
TAX_CODES = _listed(
    """
    Adult Diapers · Athletic Clothing · Baby Supplies · Bandages and First Aid Kits · Bathing Suits ·
    Beverages with 51 to 99 Percent Juice · Bottled Water Plain · Braces and Supports · Breast Pumps ·
    Candy · Candy with Flour · Car Seats · Carbonated Soft Drinks · Contact Lens Solution · Contraceptives
    · Costumes · Diabetic Supplies · Dietary Supplements · Disposable Infant Diapers · Disposable Wipes ·
    Drinks under 50 Percent Juice · Durable Medical Equipment · Feminine Hygiene Products · Fluoride
    Toothpaste · General Clothing · General Grocery Items · Generic Taxable Product · Handkerchiefs ·
    Helmets · Infant Clothing · Magazines · Medicated Personal Care Items · Mobility Equipment · N/A -
    Inactive · Non Taxable Product · Non-Motorized Boats · Oral Care Products · OTC Medication · OTC Pet
    Meds · Paper Products · Pet Foods · Productivity Software · Safety Clothing · Shoe Insoles · Smoking
    Cessation · Sparkling Water · SPF Suncare Products · Sweatbands · Thermometers · Toilet Paper · School
    Supplies · Computers and Computer Components · Hurricane Prepardness Supplies · Generators
    """
)
SERVICE_LEVELS = _listed(
    """
    Second Day · Next Day · Scheduled (freight) · Expedited · Standard · Priority · 5 to 10 Day · 11 to 20
    Day · Scheduled (freight 11 to 20 day)
    """
)
SHIPPING_METHODS = _listed(
    """
    DHL Global Mail · FedEx 2 Day · FedEx Express Saver · FedEx First Overnight · FedEx Ground · FedEx
    Home Delivery · FedEx Priority Overnight · FedEx Smart Post · FedEx Standard Overnight · Freight ·
    Ontrac Ground · UPS 2nd Day Air AM · UPS 2nd Day Air · UPS 3 Day Select · UPS Ground · UPS Mail
    Innovations · UPS Next Day Air Saver · UPS Next Day Air · UPS SurePost · USPS First Class Mail · USPS
    Media Mail · USPS Priority Mail Express · USPS Priority Mail · USPS Standard Post
    """
)
RETURN_METHODS = _listed("FedEx Ground · Freight · UPS Ground")
CODE_LENGTHS = {"UPC": 12, "EAN": 13, "GTIN-14": 14, "ISBN-10": 10, "ISBN-13": 13}
FILE_TYPES = _listed(
    "MerchantSKUs · Price · Inventory · Variation · ReturnsException · ShippingException · Archive"
)

ORDER_STATUSES = _listed("created · ready · acknowledged · inprogress · complete")
ACKNOWLEDGEMENTS = _listed(
    """
    accepted · rejected - other · rejected - fraud · rejected - item level error · rejected - ship from
    location not available · rejected - shipping method not supported · rejected - unfulfillable address
    """
)
ITEM_ACKNOWLEDGEMENTS = _listed(
    """
    fulfillable · nonfulfillable - no inventory · nonfulfillable - invalid merchant SKU · nonfulfillable
    """
)
FULFILLABLE = ITEM_ACKNOWLEDGEMENTS[0]
TOO_MANY_SHIPPED = "exception - too many units shipped"
TOO_MANY_CANCELLED = "exception - too many units cancelled"
ORDER_REJECTED = "exception - order rejected"

RETURN_STATUSES = _listed(
    """
    created · inprogress · completed by merchant · acknowledged · refund customer without return
    """
)
RETURN_REASONS = _listed(
    """
    No longer want this item · Received the wrong item · Website description is inaccurate · Product is
    defective / does not work · Item arrived damaged - box intact · Item arrived damaged - box damaged ·
    Package never arrived · Package arrived late · Wrong quantity received · Better price found elsewhere
    · Unwanted gift · Accidental order · Unauthorized purchase · Item is missing parts / accessories ·
    Item is refurbished · Item is expired · Package arrived after estimated delivery date
    """
)
_OF_MERCHANTS = _listed(
    """
    Return to Sender - damaged, undeliverable, refused · Return to Sender - lost in transit only
    """
)
_OLDER_REASONS = _listed(
    """
    no longer need/want · better price available · unauthorized purchase · package never arrived · package
    arrived later than promised delivery date · item was different than website description · shipping box
    and item are both damaged · item is defective/does not work properly · item is damaged/broken ·
    accidental order · received wrong item than what was ordered · wrong quantity received · unwanted gift
    """
)
REFUND_REASONS = (*RETURN_REASONS, *_OF_MERCHANTS, *_OLDER_REASONS)
# The older ones that only a capital distinguishes from newer ones are left out: words are compared without.
RETURN_FEEDBACK = _listed(
    """
    Item is missing parts/accessories · Wrong Item · Item damaged · Returned outside window · Restocking
    fee · Not shipped in original packaging · Rerouting fee · other · customer opened item
    """
)
REFUND_FEEDBACK = (*RETURN_FEEDBACK, *_listed("Items not received · Refunded minus shipping cost"))
CHARGE_FEEDBACK = _listed(
    "other · outsideMerchantPolicy · notMerchantError · wrongItem · fraud · returnedOutsideWindow"
)
