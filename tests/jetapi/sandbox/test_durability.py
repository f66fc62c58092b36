"""A sandbox on a file: killed in the middle of its work, it has forgotten nothing that it answered."""

import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import requests

from jetapi.sandbox import Sandbox
from jetapi.sandbox.kit.wire import Request
from tests.jetapi.sandbox.conftest import MUG, Merchant
from tests.waiting import PATIENCE


@contextmanager
def running(*arguments):
    """Run the sandbox as a process of its own; give it and its URL."""
    command = [sys.executable, "-m", "jetapi.sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield process, re.search(r"http://[^/]+", line).group()
    finally:
        process.kill()
        process.communicate()


def write_until_it_dies(merchant, answered):
    for number in range(100_000):
        try:
            if merchant.put(f"/merchant-skus/S-{number}", MUG).status_code == 201:
                answered.append(f"S-{number}")
        except requests.RequestException:
            return


@pytest.mark.kill
def test_kill_9_loses_nothing_that_was_answered(tmp_path):
    state = str(tmp_path / "jet.sqlite3")
    answered = []
    with running("--state", state) as (process, url), (merchant := Merchant(url)).session:
        writer = threading.Thread(target=write_until_it_dies, args=(merchant, answered))
        writer.start()
        while len(answered) < 200:
            pass
        process.send_signal(signal.SIGKILL)
        writer.join()
        token = merchant.session.headers["Authorization"]

    with running("--state", state) as (_, url):
        listed = requests.get(f"{url}/api/merchant-skus", headers={"Authorization": token}, timeout=60)
        calls = requests.get(f"{url}/_sandbox/calls?path=merchant-skus/S-", timeout=60).json()["calls"]

    kept = {each.rsplit("/")[-1] for each in listed.json()["sku_urls"]}
    assert set(answered) <= kept
    # Work and journal are one transaction: what is noted as done was done, and the other way round.
    assert {each["path"].rsplit("/")[-1] for each in calls if each["applied"]} == kept


ROUNDS, SAMPLED = 20, 4
WRITERS = 4
ANSWERED_BEFORE_THE_KILL = 60


def write_prices(url, token, number, kept, answered):
    """Give SKUs of one's own new prices, titles and stock until nobody answers; remember what was answered."""
    with requests.Session() as session:
        session.headers["Authorization"] = token
        for price in range(1, 100_000):
            sku = f"W-{number}-{price % 5}"
            for path, body in (
                (sku, MUG | {"product_title": f"Mug of {price}"}),
                (f"{sku}/price", {"price": price}),
            ):
                try:
                    answer = session.put(f"{url}/api/merchant-skus/{path}", json=body, timeout=60)
                except requests.RequestException:
                    return
                assert answer.status_code < 300, answer.text
                kept[path] = body
                answered.release()


def killed_in_the_middle(state, rounds):
    """Kill a sandbox while four threads write, again and again; give what was answered."""
    kept = {}
    for number in range(rounds):
        answered = threading.Semaphore(0)
        with running("--state", state) as (process, url):
            with (merchant := Merchant(url)).session:
                token = merchant.session.headers["Authorization"]
            writers = [
                threading.Thread(target=write_prices, args=(url, token, f"{number}-{each}", kept, answered))
                for each in range(WRITERS)
            ]
            for each in writers:
                each.start()
            for _ in range(ANSWERED_BEFORE_THE_KILL + 7 * number):
                assert answered.acquire(timeout=60)
            process.send_signal(signal.SIGKILL)
            for each in writers:
                each.join()
        yield kept


def hold_what_was_answered(state, rounds):
    for kept in killed_in_the_middle(state, rounds):
        with running("--state", state) as (_, url), (merchant := Merchant(url)).session:
            for path, body in kept.items():
                found = merchant.get(f"/merchant-skus/{path}")
                # A write that was done may have lost its answer: what is there may be newer, but never older.
                if "price" in body:
                    assert found["price"] >= body["price"], path
                else:
                    assert int(found["product_title"].split()[-1]) >= int(
                        body["product_title"].split()[-1]
                    ), path


@pytest.mark.timeout(300)
def test_four_writers_lose_nothing_to_a_few_kills(tmp_path):
    hold_what_was_answered(str(tmp_path / "jet.sqlite3"), SAMPLED)


@pytest.mark.kill
@pytest.mark.timeout(0)
def test_four_writers_lose_nothing_to_twenty_kills(tmp_path):
    hold_what_was_answered(str(tmp_path / "jet.sqlite3"), ROUNDS)


def test_calls_that_changed_nothing_are_in_the_journal_after_a_proper_end(tmp_path):
    state = str(tmp_path / "jet.sqlite3")
    with running("--state", state) as (process, url), (merchant := Merchant(url)).session:
        merchant.call("GET", "/merchant-skus")
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

    box = Sandbox(state=state)
    calls = box.calls(path="^/merchant-skus$")
    box.close()

    assert [each["status"] for each in calls] == [200]


def test_the_journals_numbers_go_on_after_it_was_emptied_and_after_a_restart(tmp_path):
    """Who reads it from the last number on must miss nothing."""
    state, request = tmp_path / "jet.sqlite3", Request("GET", "/api/merchant-skus")
    numbers = []
    for empties in (False, True, True, False):
        box = Sandbox(state=state)
        if empties:
            box.reset()
        box.answer(request)
        box.answer(request)
        numbers += [each["seq"] for each in box.calls(after=numbers[-1] if numbers else 0)]
        box.close()

    assert numbers == list(range(1, 9))


def test_everything_outlives_a_restart(tmp_path):
    state = tmp_path / "jet.sqlite3"
    first = Sandbox(state=state)
    first.set_clock("2018-02-01T10:00:00Z", transitions="read", delays={"sku.review": 5})
    first.file_policy(refuse=["X"])
    [order_id] = first.place_orders(items=[{"sku": "A", "quantity": 1}], status="created")
    accounts = first.info()["accounts"]
    first.close()

    second = Sandbox(state=state)
    info = second.info()
    order = second.held("orders", order_id)
    second.set_clock(transitions="clock")
    second.advance(1800)
    ready = second.held("orders", order_id)
    second.close()

    assert info["accounts"] == accounts
    assert (info["transitions"], info["delays"]["sku.review"]) == ("read", 5)
    assert info["files"]["refuse"] == ["X"]
    assert info["now"].startswith("2018-02-01T10:0")
    assert (order["status"], ready["status"]) == ("created", "ready")


def test_the_command_line_refuses_an_open_address_and_a_missing_folder():
    command = [sys.executable, "-m", "jetapi.sandbox", "--port", "0"]

    remote = subprocess.run([*command, "--host", "0.0.0.0"], capture_output=True, text=True, timeout=30)
    folder = subprocess.run([*command, "--taxonomy", "/nowhere"], capture_output=True, text=True, timeout=30)

    assert (remote.returncode, folder.returncode) == (2, 2)
    assert "--allow-remote" in remote.stderr
    assert "Jet_Taxonomy.csv" in folder.stderr


def test_the_command_line_takes_every_documented_option(tmp_path):
    arguments = ["--host", "127.0.0.1", "--state", ":memory:", "--profile", "2015", "--no-compat", "--strict"]
    arguments += ["--latency-ms", "1", "--rate-limit", "1000"]

    with running(*arguments) as (process, url):
        info = requests.get(f"{url}/_sandbox/info", timeout=60).json()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

    assert (info["profile"], info["compat"], info["strict"]) == ("2015", False, True)
    assert process.returncode == 0
