"""JSON that people and Jet hand in, read by the client's own reader."""

from jetapi.json_documents import MB, BadDocument, items, read

__all__ = ["MB", "BadDocument", "items", "read"]
