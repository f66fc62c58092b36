"""The exchanges that were recorded on a real store, in an order in which they build on each other."""

FIRST = """
auth/no-auth auth/garbage-token auth/bearer-enabled auth/admin-token-wrong
stores/storeConfigs stores/storeGroups stores/storeViews stores/websites stores/currency stores/countries-US
categories/tree attributes/create-dropdown attributes/create-size attributes/create-text-upc
attributes/create-duplicate-400 attributes/options attributes/option-add attributes/option-add-duplicate
attributes/options-after attributes/option-add-Red attributes/option-add-Blue attributes/option-add-Black
attributes/options-final attributes/options-size attributes/get-one attributes/get-404
attributes/get-size attributes/list-all-page1 attributes/list attributes/sets-list attributes/groups-list
attributes/set-attributes attributes/assign-color attributes/assign-size attributes/assign-upc
categories/create categories/create-child categories/get categories/404 categories/tree-after categories/list
products/create-missing-name-400 products/create-no-attribute-set products/create-bad-type products/create-bad-json
products/create-unknown-field products/create-simple products/create-simple-again-is-upsert
products/create-with-slash-sku products/create-child-JB-C-Red-S products/create-child-JB-C-Red-M
products/create-child-JB-C-Blue-S products/create-child-JB-C-Blue-M
configurable/create-parent configurable/child-before-options-400 configurable/option-Color configurable/option-Size
configurable/link-JB-C-Red-S configurable/link-JB-C-Red-M configurable/link-JB-C-Blue-S configurable/link-JB-C-Blue-M
configurable/link-again-400 configurable/get-parent configurable/children configurable/children-of-simple
configurable/options-all
products/get products/get-storeview products/get-slash-sku-encoded products/get-slash-sku-double-encoded
products/get-404 products/get-fields products/get-all products/list products/list-in products/list-like
products/list-or products/list-bad-field-400 products/list-bad-condition products/list-no-criteria-400
products/list-empty-criteria products/list-past-the-end products/list-camel-case products/list-category
products/list-custom-attr products/list-last-id products/list-type-configurable products/list-updated-gt
products/list-page-size-1000
stock/stockItems-get stock/stockItems-404 stock/stockStatuses stock/lowStock stock/source-items-all
stock/source-items-by-sku stock/salable-qty stock/salable-qty-404 stock/salable-qty-configurable
stock/salable-qty-slash stock/is-salable stock/is-salable-for-requested-qty stock/are-products-salable
stock/stock-resolver stock/inventory-sources stock/inventory-stocks stock/export-stock-salable-qty
stock/dump-stock-index
prices/base-prices prices/base-prices-information prices/base-prices-error prices/special-price
prices/special-price-information prices/tier-prices
products/put-price products/put-same products/put-custom-attribute stock/stockItems-put stock/source-items-post
stock/source-items-unknown-sku stock/source-items-negative stock/source-items-bad-source stock/source-items-21
categories/assign-product categories/products products/media-post products/media-get products/put-store-scope
products/get-default-after-scope products/get-all-after-scope products/put-404 products/delete products/delete-again
errors/unknown-route errors/unknown-store errors/wrong-method errors/xml-accept errors/bad-accept
errors/no-content-type
msi/source-create msi/source-create-west msi/stock-create msi/stock-source-links msi/source-items-two
msi/stock-resolver msi/salable-qty-stock2 msi/source-selection msi/source-items-two-get msi/stock-default-back
msi/stock-default-get
"""
NAMES = FIRST.split()
