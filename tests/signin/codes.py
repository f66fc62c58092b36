"""An authenticator app, as a person holds one."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PASSWORD = "a-long-quiet-river"
SECRET = re.compile(r'<code class="jb-break">([A-Z2-7]+)</code>')
# As recovery codes are shown.
RECOVERY = re.compile(r"<li><code>(\d{8})</code></li>")


def code(secret: str, steps: int = 0) -> str:
    """Return what an app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def first_step(browser, name="alice", password=PASSWORD, **more):
    """Post the login page."""
    return browser.post("/admin/login/", {"username": name, "password": password, **more})


def set_up(browser, password=PASSWORD):
    """Set two-step sign-in up by its pages; return the secret and the recovery codes."""
    secret = SECRET.search(browser.get("/admin/my-sign-in/set-up/").text)[1]
    # The half minute before: the code of now serves for the login that follows.
    page = browser.post("/admin/my-sign-in/set-up/", {"password": password, "code": code(secret, -1)})
    return secret, RECOVERY.findall(page.text)
