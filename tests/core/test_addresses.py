"""Which addresses a secret may be sent to, and which of them count as one place."""

import pytest
from django.core.exceptions import ValidationError

from jetbridge.core.models.addresses import origin_of, validate_address


@pytest.mark.parametrize(
    "address",
    [
        "https://merchant-api.jet.com/api", "https://merchant-api.jet.com:8443/api", "http://127.0.0.1:8001/api",
        "http://localhost:8001/api", "http://[::1]:8001/api", "http://sandbox:8001/api", "HTTPS://Jet.com/api",
    ],
)  # fmt: skip
def test_https_this_machine_and_the_sandbox_s_host_are_allowed(address, settings):
    settings.SANDBOX_URL = "http://sandbox:8001"

    validate_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://merchant-api.jet.com/api", "ftp://jet.com", "file:///etc/passwd", "jet.com/api", "https://",
        "https://user@jet.com/api", "https://user:pass@jet.com/api", "https://jet.com@evil.test/api",
        "https://jet.com\\@evil.test/api", "https://evil.test/\tapi", "https://jet.com:99999/api",
        "https://jet.com/api?to=evil", "https://jet.com/api#evil", "https://jét.com/api", "http://127.0.0.1.evil.test",
        "http://0.0.0.0/api", "http://10.0.0.1/api", "http://169.254.169.254/api", "http://sandbox.evil.test/api",
        "http://2130706433/api", "http://0x7f000001/api", "http://127.1/api", "http://[::ffff:10.0.0.1]/api",
        "http://sandbox./api", "http://localhost./api", "http://localhost.evil.test/api", "https://jet.com:0/api",
        "http://[fe80::1%25eth0]/api", "//jet.com/api", "https:/jet.com/api", "http://127.0.0.1:80@evil.test/api",
        "https://jet.com%00.evil.test/api", "https://①②⑦.0.0.1/api", "https://jet.com/api/../x", "https://jet.com/./api",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(address, settings):
    settings.SANDBOX_URL = "http://sandbox:8001"

    with pytest.raises(ValidationError):
        validate_address(address)


@pytest.mark.parametrize(
    ("one", "other", "are_one_place"),
    [
        ("https://jet.com/api", "https://JET.com:443/other", True),
        ("https://jet.com/api", "https://jet.com:444/api", False),
        ("https://jet.com/api", "http://jet.com/api", False),
        ("https://jet.com/api", "https://jet.com.evil.test/api", False),
        ("http://[::1]:8001/api", "http://[::1]:8001/", True),
        ("", "http://127.0.0.1:8001/api", False),
    ],
)
def test_scheme_host_and_port_make_one_place(one, other, are_one_place):
    assert (origin_of(one) == origin_of(other)) is are_one_place
