"""Saves keys at Jet and checks with Jet whether they, and the fulfillment node, are right."""

import time
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jetapi.http.timeouts import Timeouts
from jetbridge.core import configuration, history, store_days
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, Client, base_url, open_client, speaking
from jetbridge.core.jet.errors import (
    JetFailure,
    JetHeldBack,
    JetKeysRefused,
    JetNotConfigured,
    JetUnreachable,
)
from jetbridge.core.models import JetAccount, Mode

SAVED, CHECKED = "account saved", "account checked"
# A person waits for the answer: better an honest "slow" than half a minute of nothing.
SLOW_SECONDS = 4.0
OPEN_FIELDS = ("api_user", "fulfillment_node_id", "merchant_id")


@dataclass(frozen=True)
class AccountCheck:
    """What Jet said of an account. code: ok, incomplete, keys, node, unreachable, slow, error."""

    passed: bool
    code: str
    message: str


def save_account(*, account: JetAccount, api_secret: str = "", **values: str) -> list[str]:
    """
    Save keys and node; an empty secret keeps the stored one. Return what changed, by field name.

    A secret is bound to the address of the API that is configured now; the same one may be entered for a new address.

    A token got with other keys is forgotten, and the last check no longer counts. History never holds a secret.

    :raises ValidationError: a field's form is wrong
    """
    with transaction.atomic():
        stored = JetAccount.objects.select_for_update().get(pk=account.pk)
        before = {name: getattr(stored, name) for name in values if getattr(stored, name) != values[name]}
        for name in before:
            setattr(stored, name, values[name])
        changed = list(before)
        address = configuration.current().api_url
        if api_secret and (api_secret != stored.api_secret or not stored.has_secret_for(address)):
            before |= {"secret_origin": stored.secret_origin}
            stored.keep_secret(api_secret, address=address)
            changed.append("api_secret")
        if not changed:
            stored.save(
                update_fields=["api_secret"]
            )  # under the newest field key, whichever it was kept under
            return []
        stored.full_clean(exclude=["mode"])
        if {"api_user", "api_secret"} & set(changed):
            stored.token, stored.token_expires_at = "", None
        stored.checked_at, stored.check_passed, stored.check_message = None, None, ""
        stored.save()
        _record(stored, before, changed)
    account.refresh_from_db()
    return changed


def typed(*, account: JetAccount, api_secret: str = "", **values: str) -> JetAccount:
    """Return the account as it would be with what is typed, for a check before it is saved."""
    copy = JetAccount(
        pk=account.pk, mode=account.mode, api_secret=account.api_secret, secret_origin=account.secret_origin
    )
    if api_secret:
        copy.keep_secret(api_secret, address=configuration.current().api_url)
    for name in OPEN_FIELDS:
        setattr(copy, name, values.get(name, getattr(account, name)))
    return copy


def check_account(*, account: JetAccount, patience: Timeouts = WHILE_SOMEBODY_WAITS) -> AccountCheck:
    """Check keys and node with Jet; what is wrong comes back in words, never as an exception."""
    missing = [
        label
        for label, value in (("API user", account.api_user), ("API secret", account.api_secret))
        if not value
    ]
    if missing:
        return AccountCheck(False, "incomplete", f"Enter {' and '.join(missing)} first.")
    started = time.monotonic()
    try:
        with open_client(account, purpose="validate account", timeouts=patience) as client:
            speaking(client).authcheck()
            found = _check_node(client, account)
    except JetFailure as error:
        return AccountCheck(False, *_explain(error))
    took = time.monotonic() - started
    if took > SLOW_SECONDS:
        return AccountCheck(
            found.passed, found.code, f"{found.message} Jet was slow: it took {took:.1f} seconds."
        )
    return found


def keep_check(*, account: JetAccount, check: AccountCheck) -> None:
    """Store the result of a check of the saved keys, with its moment."""
    now = timezone.now()
    JetAccount.objects.filter(pk=account.pk).update(
        checked_at=now, check_passed=check.passed, check_message=check.message
    )
    history.record(CHECKED, account, message=check.message, after={"passed": check.passed})
    account.refresh_from_db()


def is_saved(*, account: JetAccount, asked: JetAccount) -> bool:
    """Return whether what was checked is what is stored, so that the result may be kept."""
    names = ("api_secret", "secret_origin", *OPEN_FIELDS)
    return all(getattr(account, name) == getattr(asked, name) for name in names)


def secrets_to_enter() -> list[JetAccount]:
    """Return the accounts whose secret was entered for another address than the one that is configured now."""
    address = configuration.current().api_url
    stored = [configuration.account(mode) for mode in Mode.values]
    return [account for account in stored if account.has_secret_for_elsewhere(address)]


def _check_node(client: Client, account: JetAccount) -> AccountCheck:
    nodes = speaking(client).nodes.list()
    names = ", ".join(
        f"{node.fulfillment_node_id} ({node.name})" if node.name else node.fulfillment_node_id
        for node in nodes
    )
    known = (
        f"Jet knows: {names}."
        if names
        else "This account has no fulfillment node yet; add one in Jet's partner portal."
    )
    if not account.fulfillment_node_id:
        return AccountCheck(False, "node", f"The keys are right. The fulfillment node ID is missing. {known}")
    if account.fulfillment_node_id in {node.fulfillment_node_id for node in nodes}:
        return AccountCheck(True, "ok", "Jet accepts the keys and knows the fulfillment node.")
    hint = " That is the merchant ID." if account.fulfillment_node_id == account.merchant_id else ""
    wrong = f"The keys are right, but Jet does not know the fulfillment node {account.fulfillment_node_id}."
    return AccountCheck(False, "node", f"{wrong}{hint} {known}")


def _explain(error: JetFailure) -> tuple[str, str]:
    if isinstance(error, JetNotConfigured):
        return "incomplete", str(error)
    if isinstance(error, JetKeysRefused):
        return (
            "keys",
            "Jet does not accept this API user and secret. Copy both anew from Jet's partner portal.",
        )
    if isinstance(error, JetHeldBack) and error.retry_at:
        return (
            "unreachable",
            "Jet failed several times; calls are held back until "
            f"{store_days.text(error.retry_at, '%H:%M:%S')}. Try again then.",
        )
    if isinstance(error, JetUnreachable) and error.timed_out:
        return (
            "slow",
            f"Jet at {base_url()} did not answer in time. The keys were not checked; try again later.",
        )
    if isinstance(error, JetUnreachable):
        return (
            "unreachable",
            f"Jet cannot be reached at {base_url()}: {error}. Check the API URL; the keys were not checked.",
        )
    return "error", f"Jet answered with an error, so the keys were not checked: {error}."


def _record(account: JetAccount, before: dict[str, str], changed: list[str]) -> None:
    new = {name: getattr(account, name) for name in before if getattr(account, name) != before[name]}
    old = {name: before[name] for name in new}
    if "api_secret" in changed:
        old["api_secret"], new["api_secret"] = "(kept secret)", "(kept secret, changed)"
    history.record(SAVED, account, message=", ".join(changed), before=old, after=new)
