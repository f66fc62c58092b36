"""The product grid: rows, filters, stages, exports."""
