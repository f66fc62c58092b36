"""The parts of a listing that are sent by themselves."""
