"""Addresses that Jet hands out: which are followed, which are refused before a byte is sent."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jetapi import JetClient
from jetapi.addresses import JetsAddresses
from jetapi.errors import JetError, JetForbiddenAddress, JetInvalidRequest
from jetapi.http.calls import Call

API = "https://merchant-api.jet.com/api"
STORAGE = "https://jetupload.blob.core.windows.net/merchant-files/1?sig=x"
SANDBOX = "http://sandbox:8001/api"


@pytest.mark.parametrize(
    "url",
    [
        STORAGE,
        "https://merchant-api.jet.com/reports/1",
        "https://reports.jet.com:8443/1",
        "https://JETUPLOAD.blob.core.windows.net/x",
    ],
)
def test_jets_own_hosts_are_followed(url):
    JetsAddresses(API).check(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "merchant-skus/1",
        "ftp://jetupload.blob.core.windows.net/x",
        "file:///etc/passwd",
        "http://jetupload.blob.core.windows.net/x",
        "https://user:pass@jetupload.blob.core.windows.net/x",
        "https://jetupload.blob.core.windows.net@evil.test/x",
        "https://evil.test/x",
        "https://evil.blob.core.windows.net/x",
        "https://jetupload.blob.core.windows.net.evil.test/x",
        "https://notjet.com/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::1]/x",
        "https://localhost/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://jetupload.blob.core.windows.net:0/x",
        "https://jetupload.blob.core.windows.net.:443@evil.test/x",
        "https://.jet.com.evil.test./x",
        "https://jetupload.blob.core.windows.net\\@evil.test/x",
        "https://jetupload.blob.core.windows.net /x",
        "https://jetupload.blob.core.windows.net/x\r\nHost: evil.test",
        "https://ｊet.com/x",
        "//jetupload.blob.core.windows.net/x",
        "http://merchant-api.jet.com/api/x",
    ],
)
def test_everything_else_is_refused(url):
    with pytest.raises(JetForbiddenAddress):
        JetsAddresses(API).check(url)


@pytest.mark.parametrize(
    "url",
    ["http://sandbox:8001/files/1", "http://sandbox:9000/x", "http://127.0.0.1:5/x", "https://localhost/x"],
)
def test_a_sandbox_may_lead_to_its_own_host_and_to_this_machine(url):
    JetsAddresses(SANDBOX, local=True).check(url)


@pytest.mark.parametrize("url", ["http://169.254.169.254/x", "http://10.0.0.7/x", "https://evil.test/x"])
def test_a_sandbox_leads_nowhere_else(url):
    with pytest.raises(JetForbiddenAddress):
        JetsAddresses(SANDBOX, local=True).check(url)


def test_an_api_on_this_machine_that_is_no_sandbox_leads_to_its_own_port_only():
    policy = JetsAddresses("http://127.0.0.1:8001/api")

    policy.check("http://127.0.0.1:8001/files/1")
    for url in ("http://127.0.0.1:8002/x", "http://localhost:8001/x", "https://127.0.0.1:8001/x"):
        with pytest.raises(JetForbiddenAddress):
            policy.check(url)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address",
        "::10.0.0.1", "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::a00:1", "fec0::1", "192.0.0.8", "192.88.99.1",
        "3fff::1", "5f00::1", "2001:db8::1", "2001:0:0:0:0:0:f5ff:fffe", "198.18.0.1", "240.0.0.1", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_a_host_that_leads_into_a_private_network_is_refused(ip):
    with pytest.raises(JetForbiddenAddress):
        JetsAddresses(API).check_peer("jetupload.blob.core.windows.net", 443, ip)


@pytest.mark.parametrize("ip", ["20.60.0.1", "2603:1030:1::1", "64:ff9b::143c:1", "::ffff:20.60.0.1"])
def test_the_open_internet_is_asked(ip):
    JetsAddresses(API).check_peer("jetupload.blob.core.windows.net", 443, ip)


class Listener:
    """A server on this machine that counts what reaches it."""

    def __init__(self, location: str = "") -> None:
        self.paths: list[str] = []
        paths = self.paths

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths.append(self.path)
                self.send_response(302 if location else 200)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PUT = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


def resolved_to(monkeypatch, *answers):
    """Have every name lead to these machines, one after the other."""
    given = list(answers)

    def look_up(host, port, *args, **kwargs):
        ip = given.pop(0) if len(given) > 1 else given[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def client(base_url=API, **settings):
    return JetClient(base_url, user="u", secret="s", **settings)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["20.60.0.1", "127.0.0.1"]])
def test_a_known_host_that_is_resolved_to_this_machine_gets_no_byte(monkeypatch, listener, answers):
    resolved_to(monkeypatch, *answers)
    url = f"https://jetupload.blob.core.windows.net:{listener.port}/x"

    with client() as jet, pytest.raises(JetForbiddenAddress):
        jet.files.put_blob(url, b"secret")

    assert listener.paths == []


def test_an_answer_that_leads_elsewhere_is_an_error_and_is_not_followed(listener):
    second = Listener(location=f"http://127.0.0.1:{listener.port}/inside")
    base = f"http://127.0.0.1:{second.port}"

    with client(f"{base}/api") as jet, pytest.raises(JetError, match=r"302: .* not followed"):
        jet.files.put_blob(f"{base}/blob", b"x")

    assert second.paths == ["/blob"]
    assert listener.paths == []
    second.server.shutdown()
    second.server.server_close()


def test_the_place_of_an_upload_is_followed_at_the_apis_own_address(listener):
    base = f"http://127.0.0.1:{listener.port}"

    with client(f"{base}/api") as jet:
        jet.files.put_blob(f"{base}/merchant-files/1?sig=x", b"x")

    assert listener.paths == ["/merchant-files/1?sig=x"]


def test_a_policy_of_ones_own_is_asked_instead():
    class Nothing(JetsAddresses):
        def check(self, url):
            raise JetForbiddenAddress("no")

    with client(addresses=Nothing(API)) as jet, pytest.raises(JetForbiddenAddress, match="no"):
        jet.files.download_errors(STORAGE)


def test_a_path_never_reaches_beyond_the_host():
    with client("http://127.0.0.1:1") as jet, pytest.raises(JetInvalidRequest, match="slash"):
        jet._transport.send(
            Call("GET", "@evil.test/x"), sender=jet._sender, deadline=jet._transport.deadline()
        )
