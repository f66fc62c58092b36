"""Jet's own words for products and files: statuses, sub-statuses, and what becomes of an upload."""

from jetbridge.desk.error_book.entries import Entry
from jetbridge.desk.error_book.product_checks import ATTRIBUTES, FIELDS, MAPPING, PRODUCTS

FILES = "admin:catalog_uploadfile_changelist"
RESEND = "Complete it and sync the product; Jet looks at it again."

STATUSES = (
    Entry("Not Uploaded", "Not uploaded", "Nothing of the product was sent to Jet yet.", "Fix what the checks find and upload it.", page=PRODUCTS),
    Entry("Under Jet Review", "Under review", "Jet looks at the product. It begins only once there is stock, and known identifiers are quicker.", "Wait, if there is stock; sending the content again begins the review anew.", "Jet", PRODUCTS),
    Entry("Missing Listing Data", "Data missing", "Jet has the product and lacks something; the sub-status says what.", RESEND, page=PRODUCTS),
    Entry("Available for Purchase", "Live", "Buyers can buy it.", "Nothing. Price and quantity may change at any time; sending content again may bring it back under review.", "Jet", PRODUCTS),
    Entry("Excluded", "Excluded", "Jet does not show the product; often its price is not competitive.", "Compare the price with other shops; ask Jet's partner support when the price is right.", "You, then Jet", PRODUCTS),
    Entry("Unauthorized", "Unauthorized", "You may not sell this brand at Jet.", "Ask Jet's partner support for the brand, with the manufacturer's letter; or archive the product.", "You, then Jet", PRODUCTS),
    Entry("Archived", "Archived", "It was taken off Jet.", "Unarchive it to sell it again; Jet then reviews it anew.", page=PRODUCTS),
    Entry("Processing", "Processing", "Jet has just taken the product; an older word for under review.", "Wait.", "Jet", PRODUCTS),
)  # fmt: skip
SUB_STATUSES = (
    Entry("Missing variation information", "Variation data missing", "Jet does not know how the variations belong together.", "Sync the configurable product with its variations.", page=PRODUCTS),
    Entry("Missing title", "Title missing", "Jet has no title.", RESEND, page=PRODUCTS),
    Entry("Missing shipping weight", "Shipping weight missing", "Jet works out shipping by it.", "Enter the shipping weight in pounds and sync the product.", page=PRODUCTS),
    Entry("Missing price", "Price missing at Jet", "No price of this product reached Jet.", "Check the price and sync prices.", page=FIELDS),
    Entry("Missing image", "Image missing at Jet", "There is no image, or Jet could not read it: not public, too small, or not an image.", "Open the image's address in a browser without being logged in; correct it and sync.", page=PRODUCTS),
    Entry("Missing category", "Category missing at Jet", "Jet got no category with the product.", "Map the store category and sync the product.", page=MAPPING),
    Entry("Missing brand", "Brand missing at Jet", "Jet got no brand.", RESEND, page=PRODUCTS),
    Entry("Missing attribute value", "Attribute value missing at Jet", "An attribute that this category needs has no value.", "Fill it in or map it, and sync the product.", page=ATTRIBUTES),
    Entry("Invalid SKU identifier", "Identifier refused by Jet", "Jet does not find the UPC, EAN, GTIN, ISBN or ASIN, or it belongs to another product.", "Compare it with the barcode on the goods; ask Jet's partner support when it is right.", "You, then Jet", PRODUCTS),
    Entry("Invalid category", "Category refused by Jet", "The category is retired, or not one that takes products.", "Map the store category anew.", page=MAPPING),
    Entry("Incorrect multipack quantity", "Multipack quantity", "The number of pieces does not fit what Jet knows of the identifier.", "Correct it: 1 for a single piece.", page=PRODUCTS),
    Entry("Additional SKU ID needed", "Another identifier needed", "Jet cannot identify the product by what it has.", "Add a UPC, EAN, GTIN-14, ISBN or ASIN.", page=PRODUCTS),
    Entry("Attribute Data Needed", "Attributes needed", "Jet requires attributes of this category.", "Fill them in or map them, and sync the product.", page=ATTRIBUTES),
    Entry("Price Needed", "Price needed", "No price of this product reached Jet.", "Check the price and sync prices.", page=FIELDS),
    Entry("Image Needed", "Image needed", "Jet has no image that it could read.", "Correct the image and sync the product.", page=PRODUCTS),
)  # fmt: skip
FILE_STATUSES = (
    Entry("Built", "File: being sent", "The file is written and on its way.", "Wait; it goes on by itself after any interruption.", "Jet", FILES),
    Entry("Uploaded", "File: sent, not announced", "The file lies at Jet, which was not notified of it yet.", "Wait; the panel announces it again by itself.", "Jet", FILES),
    Entry("Acknowledged", "File: acknowledged", "Jet has the file in its queue.", "Wait.", "Jet", FILES),
    Entry("Processing (file)", "File: processing", "Jet reads the file.", "Wait.", "Jet", FILES),
    Entry("Processed successfully", "File: processed", "Jet took everything in the file.", "Nothing.", "Jet", FILES),
    Entry("Processed with errors", "File: with errors", "Jet refused something of it. Where it does not say what, nothing was taken, and the panel halves the file to find it.", "Open the file, fix what it names, and resubmit.", page=FILES),
    Entry("N/A", "File: sent again", "Another file took this one's place after a resubmission.", "Nothing.", "Jet", FILES),
)  # fmt: skip
