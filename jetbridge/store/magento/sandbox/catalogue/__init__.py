"""What the store sells: attributes, categories, products with their variations, prices and pictures."""
