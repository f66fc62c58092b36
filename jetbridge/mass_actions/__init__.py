"""Mass actions: what a person asks of many rows at once, from plan to last item."""
