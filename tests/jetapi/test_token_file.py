"""The token in a file: several processes, one login."""

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta

import pytest

from jetapi import Token, token_file
from jetapi.token_file import FileTokenStore
from tests.jetapi.served import quick_client


def check_in_a_process(url, path):
    with quick_client(url, token_store=FileTokenStore(path)) as jet:
        jet.authcheck()


def test_several_processes_log_in_once(sandbox, served_sandbox, tmp_path):
    spawn = multiprocessing.get_context("spawn")
    arguments = (served_sandbox.url, tmp_path / "token")
    processes = [spawn.Process(target=check_in_a_process, args=arguments) for _ in range(3)]

    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(sandbox.calls(path="/authcheck")) == 3
    assert len(sandbox.calls(path="/token")) == 1


def test_only_its_owner_may_read_the_file(tmp_path):
    store = FileTokenStore(tmp_path / "token")
    token = Token("secret", datetime.now(UTC) + timedelta(hours=1))

    store.put(token)

    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    assert store.get() == token


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"value": "a", "expires_at": "soon"}', "\x00"])
def test_a_ruined_file_counts_as_no_token(tmp_path, text):
    (tmp_path / "token").write_text(text)

    assert FileTokenStore(tmp_path / "token").get() is None


def test_a_forgotten_token_is_gone(tmp_path):
    store = FileTokenStore(tmp_path / "token")
    store.put(Token("secret", datetime.now(UTC)))

    store.put(None)

    assert store.get() is None


def test_a_renewal_that_does_not_end_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(token_file, "LEASE_WAIT_SECONDS", 0.1)
    store = FileTokenStore(tmp_path / "token")

    with store.lease(), pytest.raises(TimeoutError), FileTokenStore(tmp_path / "token").lease():
        pytest.fail("two held the lease at once")


def test_a_token_kept_by_an_earlier_program_is_used(sandbox, served_sandbox, tmp_path):
    check_in_a_process(served_sandbox.url, tmp_path / "token")
    check_in_a_process(served_sandbox.url, tmp_path / "token")

    assert len(sandbox.calls(path="/token")) == 1
