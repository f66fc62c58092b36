"""Which command stands behind the buttons of the page of tokens."""

COMMANDS = {
    "api:tokens": "api_tokens PERSON; api_tokens PERSON --create NAME --scope read; api_tokens PERSON --revoke ID",
}
