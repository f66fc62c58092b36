"""The only place that builds a client of Jet's API: which address, which keys, and the log of its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import cast
from weakref import WeakSet

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from jetapi.addresses import JetsAddresses
from jetapi.client import JetClient
from jetapi.errors import JetError
from jetapi.http.circuit import Circuit
from jetapi.http.timeouts import Timeouts
from jetbridge.core import configuration
from jetbridge.core.actors import current_actor
from jetbridge.core.call_log import CallLog
from jetbridge.core.call_log import tied_to as tied_to
from jetbridge.core.jet.clients import Client as Client
from jetbridge.core.jet.errors import (
    JetAnswered,
    JetBroken,
    JetCallInvalid,
    JetFailure,
    JetHeldBack,
    JetKeysRefused,
    JetNotConfigured,
    JetOverloaded,
    JetUnreadable,
    SecretBoundElsewhere,
    failure_from,
    our_errors,
)
from jetbridge.core.jet.tokens import DatabaseTokenStore
from jetbridge.core.models import Configuration, JetAccount, addresses
from jetbridge.core.run_file import RunFile
from jetbridge.core.send_failures import AnswerLost, Halt, HaltLost, NotSent, Rejected, SendFailure

# Shorter than the pause between two of them.
OF_A_PROBE = Timeouts(connect=3, read=5, total=8)
# For a call during which a person looks at a page that loads.
WHILE_SOMEBODY_WAITS = Timeouts(connect=3, read=8, total=12)


def speaking(client: Client) -> JetClient:
    """Return the client with its calls, for a room named `jet`."""
    return cast(JetClient, client)


def base_url() -> str:
    """
    Return the address of Jet's API: the configured one, or the sandbox of this run.

    :raises JetNotConfigured: neither is there, or the configured one is none that a secret may be sent to
    """
    return _address(configuration.current())


def _address(config: Configuration) -> str:
    configured = config.api_url
    if configured:
        try:
            addresses.validate_address(configured)
        except ValidationError as problem:
            raise JetNotConfigured(
                f"The API URL in Configuration cannot be used. {' '.join(problem.messages)}"
            ) from problem
        return configured.rstrip("/")
    sandbox = sandbox_url()
    if not sandbox:
        raise JetNotConfigured(
            "No API URL is configured and no sandbox of this installation is running. "
            "Start one with `make run`, or set the API URL in Configuration."
        )
    return f"{sandbox}/api"


def sandbox_url() -> str:
    """Return the address of the sandbox as the environment or `up` names it, or nothing."""
    if settings.SANDBOX_URL:
        return str(settings.SANDBOX_URL).rstrip("/")
    run = RunFile(settings.JETBRIDGE_HOME).read()
    return str(run.get("sandbox_url") or run.get("sandbox") or "").rstrip("/")


def sandbox_in_use() -> str:
    """Return the sandbox's address where it is what this panel speaks to, or nothing."""
    configured, sandbox = configuration.current().api_url, sandbox_url()
    is_it = not configured or addresses.origin_of(configured) == addresses.origin_of(sandbox)
    return sandbox if sandbox and is_it else ""


@contextmanager
def open_client(
    account: JetAccount | None = None, *, purpose: str = "", timeouts: Timeouts | None = None
) -> Iterator[Client]:
    """
    Give a client for the account (the active one unless named), whose calls are logged when the block ends.

    What the client raises leaves the block as our own exception.

    :raises JetFailure: in place of each error of the client
    :raises JetNotConfigured: keys or address are missing, or the panel is switched off
    :raises SecretBoundElsewhere: the secret was entered for another address than the configured one
    """
    config = configuration.current()
    if not config.enabled:
        raise JetNotConfigured("The panel is switched off in Configuration; nothing speaks to Jet.")
    account = account or configuration.account(config.mode)
    if account.has_unreadable_secret:
        raise JetNotConfigured(
            f"The API secret of the {account} cannot be read: field_keys is not the file it was saved with. "
            "Put the old key behind the new one, or enter the secret again in Configuration."
        )
    if not (account.api_user and account.api_secret):
        raise JetNotConfigured(f"The {account} has no API user or secret yet. Enter them in Configuration.")
    url = _address(config)
    # The one gate of every secret: whichever way the address came to be changed, it stays where it was meant to go.
    if account.has_secret_for_elsewhere(config.api_url):
        raise SecretBoundElsewhere(secret_bound_elsewhere(account, config))
    log = CallLog(account)
    client = JetClient(
        url,
        user=account.api_user,
        secret=account.api_secret,
        token_store=DatabaseTokenStore(account=account, base_url=url),
        on_call=log.take,
        connections=config.concurrency,
        purpose=purpose or current_actor().job,
        circuit=_circuit(url),
        timeouts=timeouts,
        addresses=_policy(url),
    )
    try:
        with our_errors(), client:
            yield client
    finally:
        log.write()


def secret_bound_elsewhere(account: JetAccount, config: Configuration) -> str:
    """Say where the account's secret belongs, that it is not sent to the configured address, and the way forward."""
    belongs = addresses.named(account.secret_origin)
    leads = addresses.named(addresses.origin_of(config.api_url))
    return (
        f"The API secret of the {account} was entered for {belongs}, and the API URL now leads to {leads}, where it "
        "is not sent. Enter the secret again in Configuration, or set the API URL back."
    )


@contextmanager
def send_failures() -> Iterator[None]:
    """
    Turn what Jet's client raises inside the block into our own reasons why a send failed.

    :raises SendFailure: in place of each JetError, and of each of our own exceptions for one
    """
    try:
        yield
    except (JetError, JetFailure) as error:
        raise failure_of(error) from error


def failure_of(found: JetError | JetFailure) -> SendFailure:
    """Return what an error of a call to Jet means for what was being sent."""
    error = failure_from(found) if isinstance(found, JetError) else found
    if isinstance(error, JetKeysRefused):
        return (HaltLost if error.sent_maybe else Halt)(str(error), error=error)
    if isinstance(error, JetHeldBack):
        return (HaltLost if error.sent_maybe else Halt)(str(error))
    if error.sent_maybe or isinstance(error, JetUnreadable):
        return AnswerLost(_plainly(error))
    if isinstance(error, JetCallInvalid):
        return Rejected(str(error))
    if isinstance(error, JetAnswered) and not error.retryable:
        return Rejected(*(error.messages or [str(error)]))
    wait = error.retry_after if isinstance(error, JetOverloaded) else None
    return NotSent(_plainly(error), retry_at=timezone.now() + timedelta(seconds=wait) if wait else None)


def _plainly(error: JetFailure) -> str:
    """Say it in Jet's own words or in ours, not in those of a protocol."""
    if isinstance(error, JetBroken):
        return "; ".join(error.messages) or f"Jet failed to answer for a moment ({error.status})."
    return str(error)


def _policy(url: str) -> JetsAddresses:
    """Return which addresses that Jet hands out are followed; near ones only where the API is the sandbox."""
    sandbox = sandbox_url()
    local = bool(sandbox) and addresses.origin_of(sandbox) == addresses.origin_of(url)
    return JetsAddresses(url, hosts=settings.FILE_HOSTS, local=local)


_circuits: WeakSet[Circuit] = WeakSet()


@lru_cache(maxsize=16)
def _circuit(url: str) -> Circuit:
    """One circuit per address and process: what one client learned of a dead Jet spares the others."""
    circuit = Circuit()
    _circuits.add(circuit)
    return circuit


def returns() -> int:
    """Return how often this process saw Jet come back after calls to it were held back."""
    return sum(circuit.closings for circuit in list(_circuits))


def probe() -> None:
    """
    Probe Jet where calls to it are held back and it is time for one: its answer lets all others through.

    :raises JetFailure: Jet is still away, or cannot be asked
    """
    # The database is asked for the address only in an outage: this is called each second.
    if all(circuit.retry_at is None for circuit in list(_circuits)):
        return
    retry_at = _circuit(base_url()).retry_at
    if retry_at is not None and retry_at <= timezone.now():
        with open_client(purpose="Whether Jet is back", timeouts=OF_A_PROBE) as client:
            speaking(client).authcheck()
