"""The store's side of the catalogue: products, categories, attributes, stock, intake. Knows nothing of Jet."""
