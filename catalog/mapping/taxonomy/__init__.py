"""Jet's taxonomy as files: reading dirty CSVs and writing clean ones; no database here."""
