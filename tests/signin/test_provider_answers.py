"""Answers of a provider that nobody can use: the login page says so, and nothing breaks or grows."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from django.test import Client

from jetbridge import environment
from jetbridge.signin import provider_answers

pytestmark = pytest.mark.django_db
HUGE = b'{"a": "' + b"x" * provider_answers.MOST_BYTES + b'"}'
ANSWERS = {
    "huge": HUGE,
    "huge when it is unpacked": gzip.compress(HUGE),
    "deep": b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a list": b"[1]",
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "no JSON": b"{",
    "nothing": b"",
    "a page": b"<html></html>",
    "an object without addresses": b"{}",
}


elsewhere = []


@pytest.fixture
def says(settings):
    """Have a provider answer everything with some bytes; return what the login page then says."""
    answer = {"body": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            if answer["body"].startswith(b"\x1f\x8b"):
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(answer["body"])))
            self.end_headers()
            self.wfile.write(answer["body"])

        def do_POST(self):
            if self.path != "/token":
                elsewhere.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    values, _ = environment.read(
        {
            "JETBRIDGE_OIDC_ISSUER": f"{address}/", "JETBRIDGE_OIDC_CLIENT_ID": "x",
            "JETBRIDGE_OIDC_CLIENT_SECRET": "x",
        }
    )  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = environment.single_sign_on(values)

    def ask(body):
        answer["body"] = body
        return address

    yield ask
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_login_page_says_that_the_provider_does_not_answer(says, kind):
    says(ANSWERS[kind])
    browser = Client()

    answer = browser.get("/admin/login/sso/", follow=True)

    assert answer.status_code == 200
    assert "The provider of single sign-on does not answer" in answer.text


@pytest.mark.parametrize("kind", ["huge", "huge when it is unpacked", "deep", "a list", "no UTF-8"])
def test_whatever_the_library_asks_it_gets_no_such_answer(says, kind):
    with pytest.raises(requests.RequestException), provider_answers.session(5) as session:
        session.get(says(ANSWERS[kind]))


def test_what_is_posted_goes_nowhere_else(says):
    address = says(b"{}")

    with pytest.raises(requests.TooManyRedirects), provider_answers.session(5) as session:
        session.post(f"{address}/token", {"client_secret": "s"})
    assert elsewhere == []


def test_an_answer_of_a_common_size_comes_back_whole(says):
    with provider_answers.session(5) as session:
        assert session.get(says(b'{"sub": "a"}')).json() == {"sub": "a"}
