"""One class a noun, one method an endpoint: values in, values out."""
