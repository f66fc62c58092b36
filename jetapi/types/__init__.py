"""What Jet says and what is said to Jet, as frozen values; Jet's odd spellings live only here."""
