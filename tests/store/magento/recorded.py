"""The exchanges that were recorded on a real store, in an order in which they build on each other."""

FIRST = """
auth/no-auth auth/garbage-token auth/bearer-enabled auth/admin-token-wrong auth/admin-token auth/admin-token-use
auth/oauth1a-hmac-sha256 =options:module:off =options:bearer:off auth/bearer-disabled-by-default =options:bearer:on
stores/storeConfigs stores/storeGroups stores/storeViews stores/websites stores/modules
stores/currency stores/countries-US
categories/tree attributes/create-dropdown attributes/create-size attributes/create-text-upc
attributes/create-duplicate-400 attributes/get-one attributes/options attributes/option-add
attributes/option-add-duplicate attributes/options-after attributes/option-add-Red attributes/option-add-Blue
attributes/get-color attributes/option-add-Black attributes/options-final attributes/options-size attributes/get-404
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
products/get-default-after-scope products/get-all-after-scope
products/render-info products/put-404 products/delete products/delete-again
errors/unknown-route errors/unknown-store errors/wrong-method errors/xml-accept errors/bad-accept
errors/no-content-type
msi/source-create msi/source-create-west msi/stock-create msi/stock-source-links msi/source-items-two
msi/stock-resolver msi/salable-qty-stock2 msi/source-selection msi/source-items-two-get msi/stock-default-back
msi/stock-default-get
"""
# A step that begins with "=" is no exchange: it brings the store to where the recorded one was.
SALES = """
=stock:JB-1:200 =stock:JB-C-Red-S:50 orders-cart/guest-cart-create =mask:1:uMM8lPzJm5CQQWqtbjurJXUoCohsfid4
orders-cart/guest-cart-items orders-cart/guest-cart-items-configurable
orders-cart/guest-cart-items-child-not-visible orders-cart/guest-cart-items-too-many orders-cart/estimate-shipping
orders-cart/shipping-information orders-cart/totals orders-cart/payment-methods orders-cart/order-bad-payment
orders-cart/order orders-cart/order-get orders-cart/order-again
=tax_rate:3 tax/classes tax/rate-create tax/rule-create =order:21 =cart:3 =fill:RZS13HBFHdbA3rWimhSruPD1IxGftPTI
tax/cart-shipping-information tax/cart-order tax/order-get =order:2 =cart:2
orders-post/no-entity-400 orders-post/empty-400
orders-post/minimal =order:3 orders-post/minimal2 orders-post/create orders-post/get
orders-post/create-same-ext-id-again orders-post/find-by-ext-order-id orders-post/create-own-increment-id
orders-post/create-same-increment-id orders-post/find-by-increment-id =order:8 orders-post/create-unknown-payment
orders-post/unknown-payment-get orders-post/unknown-payment-invoice orders-post/create-unknown-shipping
orders-post/create-unknown-sku orders-post/create-no-product-id orders-post/create-too-many
orders-post/create-processing-no-status orders-post/create-bad-country orders-post/put-create
orders-admin-cart/create orders-admin-cart/item-with-price orders-admin-cart/item-custom-price orders-admin-cart/get
=order:22 orders-post/create-with-applied-taxes orders-post/get-with-applied-taxes orders-post/create-with-customer
orders-post/create-backdated orders-post/long-increment-id orders-post/two-items
orders-post/configurable-parent-item =order:16 =order_item:18 =invoice:2 =shipment:1 =creditmemo:1 =post:JET-1001
errors/order-404 errors/id-not-int errors/orders-bad-field errors/orders-no-criteria errors/page-zero
errors/orders-bad-date errors/orders-past-the-end errors/page-size-zero invoice/create-partial
invoice/create-partial-same-again invoice/create-nothing-left invoice/create-all-nothing-left
invoice/unknown-order-404 ship/partial ship/partial-same-again ship/nothing-left ship/unknown-order ship/get
ship/comments ship/add-track ship/list-by-order invoice/list-by-order order-after/get-complete refund/partial
refund/same-again refund/nothing-left refund/list =post:JET-1002 refund/without-invoice ship/before-invoice
invoice/create-full invoice/get refund/too-much refund/adjustment-only =post:JET-1003 cancel/new cancel/again
cancel/404 cancel/completed =post:JET-1004 hold/hold order-after/statuses order-after/comment-add
order-after/comments =post:JET-1005 order-after/status-update-post order-after/list-updated-at =order:28
=order_item:31 =cart:4 =cart_item:7 =address:49 =payment:27 =admincart place-patch/01-item
place-patch/02-shipping-information place-patch/03-order place-patch/04-order-get place-patch/05-patch
place-patch/06-order-get place-patch/07-invoice place-patch/08-ship place-patch/09-order-get
place-patch/10-find-by-quote-id place-patch/11-order-same-cart-again
=order:29 =order_item:32 =cart:6 =cart_order:6:15 =source:east:3 msi/order msi/ship-source-too-little =source:east:50
msi/ship-no-source msi/ship-with-source msi/cancel-rest
=order:30 =order_item:33 =invoice:6 =options:module:on module/01-post-order module/02-reserve
module/03-reserve-again module/04-invoice module/05-ship module/06-refund module/07-refund-by-invoice
=post:JET-4002 module/08-cancel module/09-modules
orders-list/full-page =order:13 =order_item:19 =invoice:4 =post:JET-1010 =invoiced:13 refund/by-invoice
"""
# What can be asked of the store as it stands at the end.
LAST = """
customers/create customers/create-again customers/search customers/me-groups
invoice/list-updated ship/list-updated refund/list-updated errors/after-maintenance errors/url-too-long-sku-in
limits/in-filter-500 perf/orders-100 perf/products-100 perf/products-100-fields perf/products-20
perf/products-20-fields perf/products-300 perf/products-300-fields perf/products-updated-none perf/source-items-300
perf/export-stock-salable-300 stock/dump-stock-index-vs-reservations
stock/export-stock-salable-qty-vs-reservations msi/product-get-qty-with-two-sources msi/stockItems-with-two-sources
msi/source-items-after async/bulk-invalid-item async/bulk-status-404
async/bulk-products =bulk:a97ef97a-d21f-4996-bdf6-0c05cd2dae0d async/bulk-status-open =consume async/bulk-status
async/bulk-detailed-status async/bulk-count-4
async/single-put =bulk:71c17a49-f537-4fea-9b12-0453d50d00da =consume async/single-status async/single-detailed-status
async/single-count-4
async/bulk-put-by-sku =bulk:a5c33448-ff30-4071-bf6a-87d607e954f8 async/bulk-by-sku-status
async/bulk-by-sku-detailed-status async/bulk-by-sku-count-4 perf/base-prices-information-120
=deny:Magento_Sales::actions_view errors/acl-missing errors/acl-ok =deny:
=options:limits:on limits/array-21 limits/page-size-301 limits/no-page-size =options:limits:off
=maintenance errors/maintenance-503
"""
STEPS = [*FIRST.split(), *SALES.split(), *LAST.split()]
NAMES = [each for each in STEPS if not each.startswith("=")]
