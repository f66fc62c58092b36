"""Forms of the rules of what is offered, and of the rows of a product that they check."""
