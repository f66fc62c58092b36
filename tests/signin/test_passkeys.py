"""Passkeys: made on the own page, asked at the login page, taken off; tried with an authenticator of software."""

import hashlib
import html
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from jetbridge.core.models import Event
from jetbridge.signin import factors
from tests.signin.codes import PASSWORD, RECOVERY, first_step, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate")]

PAGE, DOOR = "/admin/my-sign-in/passkey/", "/admin/login/code/"
OPTIONS = re.compile(r'<script id="jb-passkey-options" type="application/json">(.*?)</script>')
ORIGIN = "https://testserver"
Flag = AuthenticatorData.FLAG


def text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Key:
    """A security key with one passkey on it."""

    host: str = "testserver"
    origin: str = ORIGIN
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = b"one-passkey-of-a-test"

    def make(self, options: dict) -> dict:
        """Answer a page that asks for a new passkey."""
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.name, public)
        data = AuthenticatorData.create(self._place(), Flag.UP | Flag.UV | Flag.AT, 0, made)
        seal = AttestationObject.create("none", data, {})
        response = {
            "clientDataJSON": self._asked("create", options),
            "attestationObject": text_of(bytes(seal)),
        }
        return self._answer(response)

    def answer(self, options: dict) -> dict:
        """Answer a login."""
        data = AuthenticatorData.create(self._place(), Flag.UP | Flag.UV, 1)
        asked = self._asked("get", options)
        signed = bytes(data) + hashlib.sha256(urlsafe_b64decode(asked + "==")).digest()
        response = {
            "clientDataJSON": asked,
            "authenticatorData": text_of(bytes(data)),
            "signature": text_of(self.private.sign(signed, ec.ECDSA(SHA256()))),
        }
        return self._answer(response)

    def _answer(self, response: dict) -> dict:
        name = text_of(self.name)
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {},
        }  # fmt: skip

    def _place(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _asked(self, kind: str, options: dict) -> str:
        asked = {
            "type": f"webauthn.{kind}",
            "challenge": options["publicKey"]["challenge"],
            "origin": self.origin,
        }
        return text_of(json.dumps(asked).encode())


PART = {"id": "a", "rawId": "YQ", "type": "public-key"}
WHOLE = {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "YQ", "signature": "YQ"}
ODD = [json.dumps({**PART, "response": response}) for response in ({}, [], None, "x", WHOLE)]


def options_of(page) -> dict:
    return json.loads(html.unescape(OPTIONS.search(page.text)[1]))


def add(browser, key, **changes):
    body = {
        "password": PASSWORD,
        "name": "Key ring",
        "credential": json.dumps(key.make(options_of(browser.get(PAGE)))),
    }
    return browser.post(PAGE, body | changes)


def is_in(browser) -> bool:
    return browser.get("/admin/").status_code == 200


def at_the_door() -> tuple[Client, dict]:
    other = Client()
    assert first_step(other)["Location"] == DOOR
    return other, options_of(other.get(DOOR))


def test_a_passkey_is_the_second_step_and_brings_recovery_codes(browser, alice):
    key = Key()
    page = add(browser, key)
    assert page.status_code == 200
    assert len(RECOVERY.findall(page.text)) == 10
    assert "Passkey: Key ring" in page.text
    assert factors.has_factor(alice)

    other, options = at_the_door()
    assert not is_in(other)
    answer = other.post(DOOR, {"credential": json.dumps(key.answer(options))})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert is_in(other)
    assert "The passkey Key ring." in Event.objects.get(action="two-step sign-in set up").message


@pytest.mark.parametrize(
    "wrong",
    [Key(origin="https://evil.example"), Key(host="evil.example"), Key(name=b"another-one-of-a-test")],
)
def test_another_place_or_passkey_opens_nothing_and_counts_as_a_wrong_password(browser, alice, wrong):
    key = Key()
    add(browser, key)
    wrong.private = key.private
    other, options = at_the_door()

    answer = other.post(DOOR, {"credential": json.dumps(wrong.answer(options))})

    assert answer.status_code == 200
    assert not is_in(other)
    assert Event.objects.filter(action="sign-in failed", message="The passkey was not accepted.").count() == 1


def test_an_answer_serves_once_and_to_its_own_question(browser, alice):
    key = Key()
    add(browser, key)
    other, options = at_the_door()
    said = json.dumps(key.answer(options))
    third, _ = at_the_door()

    assert third.post(DOOR, {"credential": said}).status_code == 200
    assert not is_in(third)
    other.post(DOOR, {"credential": said})
    assert is_in(other)


@pytest.mark.parametrize(
    "body",
    ["", "x", "null", "[]", "{}", '"x"', "1", '{"id": 1}', "[" * 5000, '{"id": ' * 500, *ODD],
)
def test_what_is_no_answer_of_a_passkey_is_refused(browser, alice, body):
    assert browser.post(PAGE, {"password": PASSWORD, "name": "x", "credential": body}).status_code == 422
    assert not factors.has_factor(alice)
    add(browser, Key())
    other, _ = at_the_door()

    assert other.post(DOOR, {"credential": body}).status_code == 200
    assert not is_in(other)


def test_a_passkey_needs_the_password_and_its_own_question(browser, alice):
    key = Key()
    assert add(browser, key, password="wrong").status_code == 422
    old = json.dumps(key.make(options_of(browser.get(PAGE))))
    browser.get(PAGE)
    assert browser.post(PAGE, {"password": PASSWORD, "name": "x", "credential": old}).status_code == 422
    assert not factors.has_factor(alice)


def test_one_of_two_factors_is_taken_off_and_the_other_stays(browser, alice):
    _, codes = set_up(browser)
    add(browser, Key())
    passkey = Authenticator.objects.get(type="webauthn")

    browser.post("/admin/my-sign-in/remove/", {"code": codes[0], "factor": "9" * 40})
    assert len(factors.of_person(alice)) == 2
    browser.post("/admin/my-sign-in/remove/", {"code": codes[1], "factor": passkey.pk})

    assert [each.type for each in factors.of_person(alice)] == ["totp"]
    other = Client()
    first_step(other)
    assert "jb-passkey-options" not in other.get(DOOR).text


def test_a_recovery_code_stands_in_for_a_lost_passkey(browser, alice):
    codes = RECOVERY.findall(add(browser, Key()).text)
    other, _ = at_the_door()

    other.post(DOOR, {"code": codes[0]})

    assert is_in(other)


def test_guessed_answers_wait_as_guessed_passwords_do(browser, alice):
    key = Key()
    add(browser, key)
    other = Client(REMOTE_ADDR="10.1.1.1")
    first_step(other)

    said = [other.post(DOOR, {"credential": "{}"}).status_code for _ in range(5)]

    assert said == [200, 200, 200, 200, 429]


def test_whoever_must_have_a_second_factor_may_choose_a_passkey(browser, alice, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    assert browser.get("/admin/cron/")["Location"].endswith("/set-up/")

    add(browser, Key())

    assert is_in(browser)
