"""A provider of single sign-on that runs on this machine, and a browser's walk through it."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import requests

from tests.waiting import wait_for

CLIENT, SECRET = "jetbridge", "a-secret-of-the-panel"


@contextmanager
def running() -> Iterator[str]:
    """Run the provider in a process of its own; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "oidc_provider_mock",
            "--port",
            str(port),
            "--host",
            "127.0.0.1",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(address), "the provider answers", 60)
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    """Return whether the provider is up."""
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=2).ok
    except requests.RequestException:
        return False


def knows(address: str, sub: str, **claims) -> None:
    """Tell the provider about somebody."""
    requests.put(f"{address}/users/{sub}", json=claims, timeout=10).raise_for_status()


def walk(browser, sub: str, start: str = "/admin/login/sso/"):
    """Follow the link of the login page, say to the provider who one is, and return the panel's answer."""
    to_provider = browser.get(start)
    assert to_provider.status_code == 302, to_provider.text
    back = requests.post(to_provider["Location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return browser.get(parts.path, asked)
