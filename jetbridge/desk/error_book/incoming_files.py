"""What is wrong with rows of files that come in: products (`file.`) and Jet's taxonomy (`taxonomy.`)."""

from jetbridge.desk.error_book.entries import Entry

IMPORTS = "catalog:imports"
TAXONOMY = "mapping:taxonomy"
AGAIN = "Correct the cell, in the file or in the download of bad rows, and upload it again."

PRODUCT_ROWS = (
    Entry("file.required", "Row: value may not be cleared", "The word for empty stands where the store needs a value.", "Write a value, or leave the cell empty to keep what is there.", page=IMPORTS),
    Entry("file.too_long", "Row: value too long", "The store keeps fewer characters; the reason says how many.", "Shorten it and upload the row again.", page=IMPORTS),
    Entry("file.negative", "Row: below zero", "Prices, weights and quantities are 0 or more.", AGAIN, page=IMPORTS),
    Entry("file.too_big", "Row: number too big", "No store has such a price or quantity; often a decimal point or a column slipped.", AGAIN, page=IMPORTS),
    Entry("file.not_a_number", "Row: not a number", "The cell holds letters, a currency or a comma.", "Write 1234.50, without currency and commas.", page=IMPORTS),
    Entry("file.unknown_word", "Row: unknown word", "The column takes certain words only; the reason names them.", "Use one of them.", page=IMPORTS),
    Entry("file.unknown_kind", "Row: unknown kind of attribute", "attribute_kinds names a kind that attributes do not have; the reason lists those there are.", "Use one of them, or leave the column out: kinds are then guessed from the values.", page=IMPORTS),
    Entry("file.not_a_date", "Row: not a date", "The cell is no day that can be read.", "Write 2018-12-31.", page=IMPORTS),
    Entry("file.ambiguous_date", "Row: month or day first", "05/03/2019 may be May 3 or March 5, and no other date of the file shows which.", "Choose it on the file's page (or --dates), or write 2018-12-31.", page=IMPORTS),
    Entry("file.ambiguous_number", "Row: decimals or thousands", "3,700 may be 3.7 or 3700, and no other number of the file shows which.", "Choose the decimal sign on the file's page (or --decimal), or write 3700.00.", page=IMPORTS),
    Entry("file.part_of_unit", "Row: part of a unit", "Jet sells whole units only; a part of one is left out of the quantity.", "Nothing, or correct the quantity.", page=IMPORTS),
    Entry("file.variation_without_sku", "Row: variation without SKU", "A part of configurable_variations does not begin with sku=.", "Write sku=CHILD,color=Red for each child, with a bar between them.", page=IMPORTS),
    Entry("file.variations_in_store_view", "Row: variations in a store view", "Variations belong to the product, not to its texts in one store view.", "Put them into the row without store_view_code.", page=IMPORTS),
    Entry("file.product_failed", "Row: the product's own row failed", "A row of a store view adds to a product whose own row could not be imported.", "Fix the product's row first.", page=IMPORTS),
    Entry("file.nul_byte", "Row: no text", "The cell holds a byte that no text has; the file was damaged or is no CSV.", "Export the file anew.", page=IMPORTS),
    Entry("file.doubled_column", "Row: column twice", "Two columns have one name and say different things.", "Remove one of them.", page=IMPORTS),
    Entry("file.sku_missing", "Row: SKU missing", "Without SKU nobody knows which product is meant.", "Write the SKU.", page=IMPORTS),
    Entry("file.sku_unprintable", "Row: SKU with hidden characters", "The SKU holds a line break or a control character.", "Type the SKU anew.", page=IMPORTS),
    Entry("file.spreadsheet_number", "Row: number shortened by a spreadsheet", "1.23457E+11 is what a spreadsheet leaves of a long number; several products become one.", "Take the file from where it was made. If the SKU is really so, confirm it on the file's page (or --confirm-identifiers).", page=IMPORTS),
    Entry("file.source_missing", "Row: no stock source", "The row does not name the source that holds the units.", "Write the source's code.", page=IMPORTS),
    Entry("file.unreadable_product", "Product of the store: cannot be read", "The store answers with an error when it is asked for this product, most often by an extension of its own.", "Save the product once in the store, or look into the store's log. The others are read meanwhile.", page=IMPORTS),
    Entry("file.unread_list", "Store: a list cannot be read", "The store answers with an error when it is asked for its attributes, attribute sets or categories, most often by an extension of its own.", "Look into the store's log. Products are read meanwhile and keep what they have of that list; the rest is brought as soon as it can be read.", page=IMPORTS),
    Entry("file.unknown_date", "Product of the store: no date", "A date of this product is none that can be read.", "Correct the date in the store.", page=IMPORTS),
    Entry("file.unknown_sku", "Row: unknown SKU", "The store has no product of this SKU, and a new one needs a name.", "Correct the SKU, or add the columns name and product_type.", page=IMPORTS),
    Entry("file.doubled_sku", "Row: SKU twice", "The file names the SKU more than once; the last row counts, as in Magento.", "Nothing, or remove the row that is not meant.", page=IMPORTS),
    Entry("file.no_texts", "Row: store view without texts", "The row of a store view says nothing that texts of a view can hold.", "Nothing, or add name and descriptions.", page=IMPORTS),
    Entry("file.continuation", "Row: continues a product", "Magento 1 gives a product several rows; those without a SKU are not read.", "Nothing, or export from Magento 2.", page=IMPORTS),
    Entry("file.price_ignored", "Row: no price for Jet", "Jet has one price for everybody and any number of units.", "Nothing.", page=IMPORTS),
    Entry("file.quote", "Row: quotation mark", "A quotation mark is not closed, so where the following lines end is not known.", "Close it; a mark inside a text is written twice.", page=IMPORTS),
    Entry("file.column_count", "Row: wrong number of cells", "The row has more or fewer cells than the header; often a comma without quotation marks.", "Put cells with commas into quotation marks.", page=IMPORTS),
)  # fmt: skip
TAXONOMY_ROWS = (
    Entry("taxonomy.header", "Taxonomy: kind of file twice", "Two files hold the same kind of rows, so one was left out.", "Upload one file of each kind.", page=TAXONOMY),
    Entry("taxonomy.duplicate", "Taxonomy: stands twice", "The same row stands in an earlier line; the first counts.", "Nothing.", "Jet", TAXONOMY),
    Entry("taxonomy.unknown_parent", "Taxonomy: parent missing", "The category's parent is not in the file, so it has no place in the tree.", "Upload Jet's whole file, or leave it: the rest is stored.", page=TAXONOMY),
    Entry("taxonomy.level", "Taxonomy: level contradicts", "The row gives another level than its parent puts it on.", "Nothing: the row is left out, the rest is stored.", "Jet", TAXONOMY),
    Entry("taxonomy.too_long", "Taxonomy: too long", "A name, path or value is longer than can be kept.", "Nothing: the row is left out.", "Jet", TAXONOMY),
    Entry("taxonomy.kind", "Taxonomy: kind of attribute", "free_text is neither 0, 1 nor 2.", "Upload Jet's file as it came.", page=TAXONOMY),
    Entry("taxonomy.unknown_attribute", "Taxonomy: attribute missing", "A value or link names an attribute that no file has.", "Upload all four files together.", page=TAXONOMY),
    Entry("taxonomy.unknown_category", "Taxonomy: category missing", "A link names a category that no file has.", "Upload all four files together.", page=TAXONOMY),
    Entry("taxonomy.rounded_id", "Taxonomy: id rounded", "A spreadsheet turned the id into 1.41513E+14; which one it was is lost.", "Upload Jet's file as it came, not saved by a spreadsheet.", page=TAXONOMY),
    Entry("taxonomy.bad_id", "Taxonomy: no id", "The id is not a whole number.", "Upload Jet's file as it came.", page=TAXONOMY),
    Entry("taxonomy.empty", "Taxonomy: empty", "A name or value is missing.", "Nothing: the row is left out.", "Jet", TAXONOMY),
    Entry("taxonomy.flag", "Taxonomy: neither 0 nor 1", "A column that says yes or no holds something else.", "Upload Jet's file as it came.", page=TAXONOMY),
    Entry("taxonomy.quote", "Taxonomy: quotation mark", "A quotation mark is not closed or stands in the wrong place.", "Nothing: the row is left out; upload Jet's file as it came to have it.", page=TAXONOMY),
    Entry("taxonomy.encoding", "Taxonomy: no text", "The line holds bytes that are no text.", "Upload Jet's file as it came.", page=TAXONOMY),
    Entry("taxonomy.columns", "Taxonomy: wrong number of cells", "The row has more or fewer columns than the header.", "Nothing: the row is left out; upload Jet's file as it came to have it.", page=TAXONOMY),
)  # fmt: skip
