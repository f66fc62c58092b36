"""Addresses of products and categories, made of their names."""

import re
import unicodedata

NOT_IN_A_KEY = re.compile(r"[^0-9a-z]+")


def url_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return NOT_IN_A_KEY.sub("-", plain).strip("-")
