"""The settings that an installation takes from its environment: one table to read, to document and to test by."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jetbridge import home
from jetbridge.environment_kinds import (
    REDIS_NUMBER,
    Address,
    Choice,
    Database,
    Folder,
    Hosts,
    Issuer,
    Keys,
    Kind,
    Mail,
    MailAddress,
    Origins,
    Switch,
    Text,
    Whole,
)
from jetbridge.home import PROJECT_ROOT

# What a supervisor reads as "wrong usage": it is not tried again.
EXIT_CODE = 2


@dataclass(frozen=True)
class Setting:
    """One name of the environment. An empty value stands for the default, which `default_words` says to a person."""

    name: str
    kind: Kind
    help: str
    default: Any
    default_words: str
    # A wrong value is not repeated in the line that refuses it.
    is_secret: bool = False

    def fault(self, text: str) -> str:
        """Return the line that refuses a value."""
        value = "cannot be used" if self.is_secret else f"is {_shown(text)}"
        return f"{self.name} {value}; it must be {self.kind.range.replace('`', '')}."


SETTINGS = (
    Setting(
        "JETBRIDGE_HOME",
        Folder(),
        "database, broker, keys, uploads, sandbox state",
        PROJECT_ROOT / "var",
        "`var/`",
    ),
    Setting("DATABASE_URL", Database(), "another database", {}, "SQLite in the home", is_secret=True),
    Setting(
        "REDIS_URL",
        Address("`redis://host:6379/0`", ("redis", "rediss"), path=REDIS_NUMBER),
        "Redis as the broker",
        "",
        "files in the home",
        is_secret=True,
    ),
    Setting("JETBRIDGE_HTTPS", Switch(), "behind https: secure cookies, HSTS, redirects", False, "`0`"),
    Setting(
        "JETBRIDGE_ALLOWED_HOSTS",
        Hosts(),
        "the panel's names",
        ["127.0.0.1", "localhost", "[::1]"],
        "loopback",
    ),
    Setting(
        "JETBRIDGE_PROXIES",
        Whole(0, 16),
        "proxies in front that add to `X-Forwarded-For` whom they heard; the address counts wrong passwords",
        0,
        "0: the header is not read",
    ),
    Setting("JETBRIDGE_WEBHOOKS_PRIVATE", Switch(), "webhooks may lead into private networks", False, "`0`"),
    Setting("JETBRIDGE_TRUSTED_ORIGINS", Origins(), "with https, where forms come from", [], "none"),
    Setting("EMAIL_URL", Mail(), "the mail server", {}, "mails go to the log", is_secret=True),
    Setting(
        "JETBRIDGE_MAIL_FROM", MailAddress(), "sender of mail", "jetbridge@localhost", "`jetbridge@localhost`"
    ),
    Setting(
        "JETBRIDGE_SUPPORT_EMAIL",
        MailAddress(),
        "where Help and Support sends messages",
        "",
        "none: they are kept",
    ),
    Setting("JETBRIDGE_SECRET_KEY", Text(), "signs sessions", "", "made once in the home", is_secret=True),
    Setting(
        "JETBRIDGE_FIELD_KEYS",
        Keys(),
        "encrypt API secrets at rest",
        [],
        "made once in the home",
        is_secret=True,
    ),
    Setting("JETBRIDGE_SESSION_HOURS", Whole(1, 8760), "how long a login lasts", 12, "12"),
    Setting(
        "JETBRIDGE_IDLE_MINUTES", Whole(1, 525_600), "how long a login lasts while nothing is done", 30, "30"
    ),
    Setting(
        "JETBRIDGE_LOGIN_ATTEMPTS",
        Whole(1, 1000),
        "wrong passwords of a name at an address before a pause; four times as many of all names there, or of the "
        "name at all addresses",
        5,
        "5",
    ),
    Setting("JETBRIDGE_LOCKOUT_MINUTES", Whole(1, 10080), "how long that pause is", 15, "15"),
    Setting(
        "JETBRIDGE_REQUIRE_2FA",
        Choice(("owners", "all")),
        "who must sign in with two steps; owners are all who may manage users",
        "",
        "nobody must",
    ),
    Setting("JETBRIDGE_OIDC_ISSUER", Issuer(), "the provider of single sign-on", "", "none"),
    Setting("JETBRIDGE_OIDC_CLIENT_ID", Text(), "the panel's name there", "", "none"),
    Setting("JETBRIDGE_OIDC_CLIENT_SECRET", Text(), "the panel's secret there", "", "none", is_secret=True),
    Setting(
        "JETBRIDGE_OIDC_GROUPS_CLAIM",
        Text(),
        "the claim that names groups: owner, merchant, operations, viewer",
        "groups",
        "`groups`",
    ),
    Setting(
        "JETBRIDGE_LOG_LEVEL",
        Choice(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
        "which log lines are written",
        "INFO",
        "`INFO`",
    ),
    Setting("JETBRIDGE_LOG_JSON", Switch(), "log lines as JSON with request, job and call ids", False, "`0`"),
    Setting(
        "JETBRIDGE_SANDBOX_URL",
        Address("`http://host:8001`", ("http", "https")),
        "a sandbox that runs elsewhere",
        "",
        "the one that `up` started",
    ),
    Setting(
        "JETBRIDGE_FILE_HOSTS",
        Hosts(),
        "hosts of upload and report addresses that Jet hands out; a dot in front: and all below",
        [".jet.com", "jetupload.blob.core.windows.net"],
        "Jet's domain and storage",
    ),
    Setting("JETBRIDGE_IMPORT_ROWS", Whole(1, 10**8), "rows of a product file at most", 1_048_576, "1048576"),
    Setting("JETBRIDGE_IMPORT_CELLS", Whole(1, 10**10), "cells of one at most", 200_000_000, "200000000"),
    Setting("JETBRIDGE_IMPORT_MB", Whole(1, 10**6), "size of one at most, unpacked, in MB", 2000, "2000"),
    Setting(
        "JETBRIDGE_SAMPLES",
        Folder(),
        "sample files that tests and checks read where they are",
        PROJECT_ROOT.parent / "shared" / "data",
        "beside the code",
    ),
    Setting("JETBRIDGE_METRICS_TOKEN", Text(), "reads `/metrics`", "", "it is not there", is_secret=True),
    Setting(
        "SENTRY_DSN",
        Address("`https://key@errors.example.com/1`", ("https", "http")),
        "where errors are sent, without texts; needs the extra `sentry`",
        "",
        "nowhere",
        is_secret=True,
    ),
    Setting("JETBRIDGE_DEBUG", Switch(), "Django's own error pages, for development only", False, "`0`"),
)


def read(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return each setting's value by name, and a line for each that cannot be used; its default stands for it."""
    values, faults = dict[str, Any](), list[str]()
    for setting in SETTINGS:
        text = environment.get(setting.name, "")
        values[setting.name] = setting.default
        if not text:
            continue
        try:
            if not text.isprintable() or not text.strip():  # bytes of no known text are not printable either
                raise ValueError(text)
            values[setting.name] = setting.kind.parse(text.strip())
        except ValueError:
            faults.append(setting.fault(text))
    if values["JETBRIDGE_OIDC_ISSUER"] and not values["JETBRIDGE_OIDC_CLIENT_ID"]:
        faults.append("JETBRIDGE_OIDC_CLIENT_ID is empty; JETBRIDGE_OIDC_ISSUER needs it.")
    return values, faults


def single_sign_on(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the sign-in library reaches the provider, in its own words; nothing where there is none."""
    if not values["JETBRIDGE_OIDC_ISSUER"]:
        return {}
    provider = {
        "provider_id": "sso",
        "name": "Single sign-on",
        "client_id": values["JETBRIDGE_OIDC_CLIENT_ID"],
        "secret": values["JETBRIDGE_OIDC_CLIENT_SECRET"],
        "settings": {"server_url": values["JETBRIDGE_OIDC_ISSUER"], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [provider]}}


def start(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the settings of a start with the home's keys among them; else say what is wrong, and leave with 2."""
    os.umask(home.OTHERS)
    values, faults = read(environment)
    refused = {fault.partition(" ")[0] for fault in faults}
    if "JETBRIDGE_HOME" not in refused:
        given = {name for name in home.KEYS if values[name] or name in refused}
        kept, more = home.look_after(values["JETBRIDGE_HOME"], given)
        values, faults = {**values, **kept}, [*faults, *more]
    open_to = [] if faults else home.close(values["JETBRIDGE_HOME"])
    sys.stderr.write("".join(f"JetBridge: {line}\n" for line in open_to))
    sys.stderr.write("".join(f"JetBridge cannot start. {fault}\n" for fault in faults))
    sys.stderr.flush()
    if faults:
        sys.exit(EXIT_CODE)
    return values


def documented() -> str:
    """Return the table of all settings for the handbook."""
    rows = [f"| `{one.name}` | {one.help} | {one.kind.range} | {one.default_words} |" for one in SETTINGS]
    return "\n".join(["| name | what | takes | default |", "|---|---|---|---|", *rows])


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else f"{text[:60]}...")
