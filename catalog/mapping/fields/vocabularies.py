"""Jet's fixed vocabularies for products (docs/jet-api.md, lists of words); the sandbox reads them for itself."""

# Identifier types with their lengths; the names are Jet's and also the keys of resolved fields.
CODE_LENGTHS = {"UPC": 12, "EAN": 13, "GTIN-14": 14, "ISBN-10": 10, "ISBN-13": 13}
IDENTIFIERS = (*CODE_LENGTHS, "ASIN")

MAP_RULES = {
    "101": "No restriction",
    "102": "Savings only for members who are logged in",
    "103": "Never apply savings",
}
MEMBERS_ONLY = "102"

CPSIA_NONE = "no warning applicable"
CPSIA = (
    CPSIA_NONE,
    "choking hazard small parts",
    "choking hazard is a small ball",
    "choking hazard is a marble",
    "choking hazard contains a small ball",
    "choking hazard contains a marble",
    "choking hazard balloon",
)

TAX_CODES = (
    "Adult Diapers",
    "Athletic Clothing",
    "Baby Supplies",
    "Bandages and First Aid Kits",
    "Bathing Suits",
    "Beverages with 51 to 99 Percent Juice",
    "Bottled Water Plain",
    "Braces and Supports",
    "Breast Pumps",
    "Candy",
    "Candy with Flour",
    "Car Seats",
    "Carbonated Soft Drinks",
    "Computers and Computer Components",
    "Contact Lens Solution",
    "Contraceptives",
    "Costumes",
    "Diabetic Supplies",
    "Dietary Supplements",
    "Disposable Infant Diapers",
    "Disposable Wipes",
    "Drinks under 50 Percent Juice",
    "Durable Medical Equipment",
    "Feminine Hygiene Products",
    "Fluoride Toothpaste",
    "General Clothing",
    "General Grocery Items",
    "Generators",
    "Generic Taxable Product",
    "Handkerchiefs",
    "Helmets",
    "Hurricane Prepardness Supplies",  # Jet's own spelling
    "Infant Clothing",
    "Magazines",
    "Medicated Personal Care Items",
    "Mobility Equipment",
    "N/A - Inactive",
    "Non Taxable Product",
    "Non-Motorized Boats",
    "Oral Care Products",
    "OTC Medication",
    "OTC Pet Meds",
    "Paper Products",
    "Pet Foods",
    "Productivity Software",
    "Safety Clothing",
    "School Supplies",
    "Shoe Insoles",
    "Smoking Cessation",
    "Sparkling Water",
    "SPF Suncare Products",
    "Sweatbands",
    "Thermometers",
    "Toilet Paper",
)

SERVICE_LEVELS = (
    "Second Day",
    "Next Day",
    "Scheduled (freight)",
    "Expedited",
    "Standard",
    "Priority",
    "5 to 10 Day",
    "11 to 20 Day",
    "Scheduled (freight 11 to 20 day)",
)
SHIPPING_METHODS = (
    "DHL Global Mail",
    "FedEx 2 Day",
    "FedEx Express Saver",
    "FedEx First Overnight",
    "FedEx Ground",
    "FedEx Home Delivery",
    "FedEx Priority Overnight",
    "FedEx Smart Post",
    "FedEx Standard Overnight",
    "Freight",
    "Ontrac Ground",
    "UPS 2nd Day Air AM",
    "UPS 2nd Day Air",
    "UPS 3 Day Select",
    "UPS Ground",
    "UPS Mail Innovations",
    "UPS Next Day Air Saver",
    "UPS Next Day Air",
    "UPS SurePost",
    "USPS First Class Mail",
    "USPS Media Mail",
    "USPS Priority Mail Express",
    "USPS Priority Mail",
    "USPS Standard Post",
)
RETURN_METHODS = ("FedEx Ground", "Freight", "UPS Ground")


def squeezed(word: str) -> str:
    """Reduce a word to what comparisons look at: Jet ignores blanks and capitals in its vocabularies."""
    return "".join(word.split()).lower()
