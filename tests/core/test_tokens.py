"""The account's token is renewed by one process at a time, and by nobody's ghost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jetapi.sandbox import Sandbox
from jetapi.tokens import Token
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.tokens import DatabaseTokenStore
from jetbridge.core.models import JetAccount


def store(account: JetAccount) -> DatabaseTokenStore:
    return DatabaseTokenStore(account=account, base_url="http://jet.test/api")


@pytest.fixture
def bare_account(transactional_db: None) -> JetAccount:
    account = configuration.account("test")
    account.api_user, account.api_secret = "user", "secret"
    account.save()
    return account


def test_only_one_holds_the_right_to_renew(bare_account: JetAccount):
    inside, most, lock = [0], [0], threading.Lock()

    def renew(_: int) -> None:
        with store(bare_account).lease():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            threading.Event().wait(0.02)
            with lock:
                inside[0] -= 1
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(renew, range(12)))

    assert most[0] == 1


def test_a_dead_holders_right_ends_by_itself(bare_account: JetAccount):
    JetAccount.objects.update(
        token_lease_holder="dead", token_lease_until=timezone.now() - timedelta(seconds=1)
    )

    with store(bare_account).lease():
        bare_account.refresh_from_db()

    assert bare_account.token_lease_holder != "dead"


def test_what_one_keeps_another_finds(bare_account: JetAccount):
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    store(bare_account).put(Token("abc", ends))

    found = store(configuration.account("test")).get()

    assert found is not None
    assert (found.value, found.expires_at) == ("abc", ends)


def test_another_address_does_not_see_it(bare_account: JetAccount):
    store(bare_account).put(Token("abc", datetime(2030, 1, 1, tzinfo=UTC)))

    other = DatabaseTokenStore(account=configuration.account("test"), base_url="http://elsewhere.test/api")

    assert other.get() is None


def test_many_threads_without_a_token_log_in_once(
    transactional_db: None, account: JetAccount, sandbox: Sandbox
):
    JetAccount.objects.update(token="", token_expires_at=None)
    before = len([call for call in sandbox.calls() if call["path"].lower().endswith("/token")])

    with open_client(configuration.account("test")) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.authcheck(), range(16)))

    after = len([call for call in sandbox.calls() if call["path"].lower().endswith("/token")])
    assert after == before + 1
