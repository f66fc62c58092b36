"""Pages of what is wrong with products, by cause."""
