"""What the store sold: carts, orders, and the documents that follow them."""
