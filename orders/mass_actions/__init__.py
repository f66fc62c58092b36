"""Mass actions over orders: what each does to an order, and the tracking files that ship many."""
