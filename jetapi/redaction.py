"""What is hidden of a conversation with Jet: keys, tokens, signed addresses and buyers' personal data."""

import re

from jetapi.http.redaction import Redaction

JET = Redaction(
    person_keys=frozenset({"buyer", "shipping_to", "recipient"}),
    personal_keys=frozenset({"hash_email", "phone_number", "email"}),
    buyers_host=re.compile(r"@customer\.jet\.com\b", re.IGNORECASE),
)
redacted_text = JET.text
