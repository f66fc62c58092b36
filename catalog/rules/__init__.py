"""Jet's rules and our stricter ones, each a pure function over what is known of one product."""
