"""POST /token and GET /authcheck."""

from urllib.parse import parse_qs

from .. import compat, dates
from ..calls import Call
from ..kit.wire import Answer, Rejected, loads, ok

AUTHORIZED = "This message is authorized."


def token(call: Call) -> Answer:
    """Give a token for a key pair; wrong keys are a bad request, in exactly these words."""
    user, password = _credentials(call)
    account = call.world.accounts.login(user, password)
    if account is None:
        raise Rejected("Bad Request")
    call.account = account
    text, expires = call.world.accounts.issue(account, call.world.now())
    return ok({"id_token": text, "token_type": "Bearer", "expires_on": dates.plain_date(expires)})


def _credentials(call: Call) -> tuple[object, object]:
    """Read the keys from JSON or, as one old client sends them, from a form."""
    body = call.request.body
    try:
        document = loads(body)
    except ValueError:
        form = parse_qs(body.decode("utf-8", "replace"), errors="replace")
        document = {name: values[0] for name, values in form.items()}
    if call.options.compat:
        document = compat.read(document, call.shape)
    if not isinstance(document, dict):
        return None, None
    return document.get("user"), document.get("pass")


def authcheck(_call: Call) -> Answer:
    return ok(AUTHORIZED)
