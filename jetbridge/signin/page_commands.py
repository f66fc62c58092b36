"""Which command stands behind the buttons of sign-in's pages."""

COMMANDS = {
    "signin:mine": "sign_in PERSON; sign_in PERSON --new-codes; sign_in PERSON --remove-second-step; "
    "sign_in PERSON --end SESSION; people PERSON --sign-out",
    "signin:invite": "invite NAME EMAIL --role viewer",
}
