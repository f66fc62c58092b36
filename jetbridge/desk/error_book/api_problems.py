"""Why a request of a program is not answered by the JSON API. Codes begin with `api.`"""

from jetbridge.desk.error_book.entries import Entry

TOKENS = "api:tokens"
USERS = "admin:auth_user_changelist"
LOG = "admin:core_event_changelist"

ENTRIES = (
    Entry("api.no_token", "API: no open token", "The request carries no token, or one that is unknown, expired, revoked, or of a person who may not log in.", "Make a token on My API tokens, and send it as Authorization: Bearer.", page=TOKENS),
    Entry("api.read_only", "API: the token reads only", "The token was made for reading.", "Make one that may write.", page=TOKENS),
    Entry("api.not_permitted", "API: not permitted", "The token's person may not do this on the pages either.", "Have the permission that is named given to the person, or use somebody else's token.", page=USERS),
    Entry("api.too_many_calls", "API: too many calls", "The token made more than 600 calls within a minute.", "Wait as long as Retry-After says; ask for longer lists, and with changed_since.", page=TOKENS),
    Entry("api.not_json", "API: the request cannot be read", "The body is no JSON in UTF-8, or nested too deep.", "Send one JSON document.", page=TOKENS),
    Entry("api.too_large", "API: the request is too large", "The body has more bytes than are read.", "Send it in parts.", page=TOKENS),
    Entry("api.invalid", "API: a field cannot be that", "A field is missing, of another kind, or out of its range; each is named.", "Correct the fields that are named; the document says what each may be.", page=TOKENS),
    Entry("api.refused", "API: refused as the form refuses it", "The same check that the page's form makes refused it; each field is named.", "Correct what is named. A cancel of your own needs a reason, and beyond the limit of cancellations above_limit.", page=TOKENS),
    Entry("api.not_found", "API: not there", "There is no address or no row of this name for the account that is switched on.", "Check the name, and with GET /api/v1/me the mode.", page=TOKENS),
    Entry("api.method", "API: wrong method", "The address does not take this method.", "Use one that Allow names.", page=TOKENS),
    Entry("api.not_possible", "API: not possible now", "The object is in another state by now.", "Read it again.", page=LOG),
    Entry("api.already_queued", "API: asked for already", "The same stands already, or something of the object is on its way.", "Nothing: read it again. With an Idempotency-Key the same request is answered as the first was.", page=LOG),
    Entry("api.key_reused", "API: key of another request", "The Idempotency-Key came with another request within the last day.", "Make a new key for each thing that shall be done.", page=TOKENS),
    Entry("api.still_running", "API: the first request still runs", "A request under the same Idempotency-Key is not answered yet.", "Ask again in a second.", page=TOKENS),
    Entry("api.unavailable", "API: the database cannot be used", "It is full, locked, or away; the detail says which.", "Ask again after Retry-After.", "Whoever runs the panel", "desk:cron"),
    Entry("api.failed", "API: something broke", "The panel met something that nobody foresaw.", "Ask again with the same Idempotency-Key; when it stays, send the support bundle.", "Whoever runs the panel", "desk:support"),
)  # fmt: skip
