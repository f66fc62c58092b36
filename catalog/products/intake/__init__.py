"""The way of products into the store: files read as a stream, compared with the store, stored in chunks."""
