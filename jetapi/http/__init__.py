"""A client's HTTP without a word of whom it speaks to: transport, retries, circuit, redaction, lost answers."""
