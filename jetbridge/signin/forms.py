"""Forms of sign-in: a code at the door, and what people set up for themselves."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.models import User as Person
from django.http import HttpRequest

from jetapi.http import json_documents
from jetbridge.core import roles, sign_ins
from jetbridge.panel import cli_fields
from jetbridge.signin import factors

CODE_WRONG = (
    "This code is not right. A code of the app serves once and for about a minute; a recovery code once."
)


PASSKEY_WRONG = "The passkey was not accepted. Try once more, or use a code."
LONGEST = 20_000
# What the library makes of a document that is no passkey's answer.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


# What a role is for, at a glance.
MAY = {
    roles.OWNER: "everything, people included",
    roles.MERCHANT: "settings and money too",
    roles.OPERATIONS: "products, orders and returns",
    roles.VIEWER: "sees, changes nothing",
}


class InviteForm(forms.Form):
    """Whom to invite, and what they may do."""

    name = forms.CharField(label="Name", max_length=150)
    address = forms.EmailField(label="E-mail", max_length=254)
    group = forms.ChoiceField(
        label="Role",
        choices=[(name, f"{name.capitalize()}: {MAY[name]}") for name in reversed(roles.GROUPS)],
        initial=roles.VIEWER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, option in (("name", "NAME"), ("address", "EMAIL"), ("group", "--role")):
            cli_fields.say(self.fields[name], option)


class ResetForm(forms.Form):
    """Who asks for a new password."""

    words = forms.CharField(label="User name or e-mail", max_length=254)


class CodeField(forms.CharField):
    """A code of an app, or a recovery code."""

    def __init__(self, **how: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(label="Code", widget=forms.TextInput(attrs=attrs), **how)


class CredentialField(forms.CharField):
    """What a browser says for a passkey, put in by a script."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST, error_messages={"required": "No passkey was given."})

    def to_python(self, value: Any) -> Any:
        """Read the document."""
        text = super().to_python(value)
        try:
            found = (
                json_documents.read(text.encode(), most_bytes=LONGEST, parse_float=float) if text else None
            )
        except ValueError as error:
            raise forms.ValidationError(PASSKEY_WRONG) from error
        if text and not isinstance(found, dict):
            raise forms.ValidationError(PASSKEY_WRONG)
        return found

    def run_validators(self, value: Any) -> None:
        """Its size was looked at before it was read."""


class DoorForm(AuthenticateForm):
    """The second step at the login page."""

    code = CodeField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = ""

    def clean_code(self) -> str:
        """Take a code that opens one of the person's factors."""
        code: str = self.cleaned_data["code"]
        found = factors.accepted(self.user, code)
        if found is None:
            raise forms.ValidationError(CODE_WRONG)
        self.authenticator = found
        return code


class DoorPasskeyForm(AuthenticateWebAuthnForm):
    """The second step at the login page by a passkey."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Take the answer of one of the person's passkeys to what this login asked."""
        try:
            found: Authenticator = super().clean_credential()
        except UNREADABLE as error:
            raise forms.ValidationError(PASSKEY_WRONG) from error
        return found


class OwnForm(forms.Form):
    """Asks once more who somebody is; what fails counts as a wrong password at the login page does."""

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.request, self.person = request, person

    def clean(self) -> dict[str, Any]:
        """Refuse whoever must wait."""
        if sign_ins.must_wait(self.request, self.person.get_username()):
            raise forms.ValidationError("Too many tries: wait a while.")
        return super().clean() or {}


class CodeForm(OwnForm):
    """A code that proves that the second factor is at hand."""

    code = CodeField(help_text="Of your app, or a recovery code.")

    def clean(self) -> dict[str, Any]:
        """Take a code that opens one of the person's factors, and count one that does not."""
        data = super().clean()
        if "code" in data and factors.accepted(self.person, data["code"]) is None:
            sign_ins.count_failure(self.request, self.person.get_username(), "The code was wrong.")
            self.add_error("code", CODE_WRONG)
        return data


class PasswordForm(OwnForm):
    """The own password once more; who has none, coming by single sign-on, is not asked."""

    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(request, person, data)
        if not person.has_usable_password():
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """Hold the password against the person's."""
        data = super().clean()
        name = self.person.get_username()
        if (
            "password" in data
            and authenticate(self.request, username=name, password=data["password"]) is None
        ):
            self.add_error("password", "This is not your password.")
        return data


class SetUpForm(PasswordForm):
    """The first code of an app that just took over the secret."""

    code = CodeField(help_text="The app shows it after it has read the picture.")

    def __init__(self, request: HttpRequest, person: Person, secret: str, data: Any = None) -> None:
        super().__init__(request, person, data)
        self.secret = secret

    def clean_code(self) -> str:
        """Take a code that is made from the secret."""
        code = "".join(self.cleaned_data["code"].split())
        if not validate_totp_code(self.secret, code):
            raise forms.ValidationError(CODE_WRONG)
        return code


class PasskeyForm(PasswordForm):
    """A passkey that the browser just made, under a name of the person's own."""

    name = forms.CharField(label="Name", max_length=60, initial="Passkey", help_text="By which you know it.")
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Take a passkey that answers what this page asked, once the password is right."""
        data = super().clean()
        if "credential" in data and not self.errors:
            try:
                webauthn.parse_registration_response(data["credential"])
                webauthn.complete_registration(data["credential"])
            except (*UNREADABLE, forms.ValidationError):
                self.add_error(None, "The passkey could not be taken. Try once more.")
        return data
