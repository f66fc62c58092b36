"""The kinds of code by which the world distinguishes products; the names are keys of values everywhere."""

CODE_LENGTHS = {"UPC": 12, "EAN": 13, "GTIN-14": 14, "ISBN-10": 10, "ISBN-13": 13}
IDENTIFIERS = (*CODE_LENGTHS, "ASIN")
