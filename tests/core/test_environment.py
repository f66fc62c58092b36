"""What an installation takes from environment and home: each wrong value is one line, before anything starts."""

import ast
import base64
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jetbridge import environment, home
from jetbridge.environment import SETTINGS, Setting
from jetbridge.home import PROJECT_ROOT
from tests.commands.installations import FOREIGN, Installation, free_port

PRODUCT = ("jetbridge", "catalog", "orders", "returns", "jetapi", "manage.py", "docs")
NAMES = {setting.name for setting in SETTINGS}
NAME = re.compile(r"\b(?:JETBRIDGE_[A-Z_]*[A-Z]|DATABASE_URL|REDIS_URL|EMAIL_URL)\b")
# What compose itself reads, what `up` tells its parts, and names of code.
OTHERS = {"JETBRIDGE_PORT", "JETBRIDGE_TEST_DATABASE"}
NEVER = ["\udcff", "two\nlines", "\x00", "   "]

# The same in every process: workers of one parallel run name their tests alike.
KEY = base64.urlsafe_b64encode(bytes(range(32)))
WRONG: dict[type, list[str]] = {
    environment.Text: [],
    environment.Folder: ["~nobody-of-this-name/home"],
    environment.Switch: ["maybe", "2", "-1", "TRUE!", "wahr"],
    environment.Whole: ["abc", "1.5", "1e3", "0x10", "1_0", "٣", "9" * 5000, "12h", "-1"],
    environment.Choice: ["LOUD", "5", "INFO,DEBUG"],
    environment.Hosts: ["https://panel.example.com", "panel.example.com/admin", "a b", "a,,b", "pänel", "a:8000"],
    environment.Origins: ["panel.example.com", "ftp://panel.example.com", "https://a/b", "https://*", "https://a,b"],
    environment.MailAddress: ["nobody", "@example.com", "a@", "a b@example.com", "Name <nobody>", "a@b, c@d"],
    environment.Address: ["nonsense", "mysql://host/1", "http://", "redis://", "http://h:99999", "redis://:secret@h:port/0"],
    environment.Issuer: ["login", "http://login.example.com", "https://", "https://h/?a=1", "https://h:99999"],
    environment.Database: [
        "nonsense", "mysql://host/name", "postgres://host", "postgres:///", "postgres://host:99999/name",
        "postgres://u:sec/ret@host:5432/name", "postgres://u:secret@host/a/b", "postgres:/host/name", "postgres://host/a/b",
    ],
    environment.Mail: ["nonsense", "smtp://", "smtp://u:secret@host:abc", "smtp://host:99999", "imap://host:143"],
    environment.Keys: ["abc", "secret,secret", ",", KEY[:-3].decode(), f"{KEY.decode()},abc"],
}  # fmt: skip


def wrong_values(setting: Setting) -> list[str]:
    kind = setting.kind
    edges = [str(kind.lowest - 1), str(kind.highest + 1)] if isinstance(kind, environment.Whole) else []
    return [*NEVER, *edges, *WRONG[type(kind)]]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_wrong_value_is_refused_in_one_line(setting: Setting):
    for text in wrong_values(setting):
        values, faults = environment.read({setting.name: text})

        assert len(faults) == 1, (text, faults)
        assert faults[0].startswith(f"{setting.name} ")
        assert faults[0].isprintable()
        assert values[setting.name] == setting.default
        assert not setting.is_secret or "secret" not in faults[0]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_an_empty_value_stands_for_the_default(setting: Setting):
    assert environment.read({setting.name: ""}) == environment.read({})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("JETBRIDGE_HTTPS", "Yes", True),
        ("JETBRIDGE_HTTPS", "0", False),
        ("JETBRIDGE_SESSION_HOURS", "8760", 8760),
        ("JETBRIDGE_LOG_LEVEL", "debug", "DEBUG"),
        ("JETBRIDGE_ALLOWED_HOSTS", "panel.example.com, .example.org,[::1],*",
         ["panel.example.com", ".example.org", "[::1]", "*"]),
        ("JETBRIDGE_TRUSTED_ORIGINS", "https://a.example.com:8443,https://*.example.com",
         ["https://a.example.com:8443", "https://*.example.com"]),
        ("JETBRIDGE_MAIL_FROM", "The Shop <shop@example.com>", "The Shop <shop@example.com>"),
        ("JETBRIDGE_SANDBOX_URL", "http://[::1]:8001", "http://[::1]:8001"),
        ("REDIS_URL", "rediss://:secret@host:6380/1?ssl_cert_reqs=required",
         "rediss://:secret@host:6380/1?ssl_cert_reqs=required"),
    ],
)  # fmt: skip
def test_a_right_value_is_taken(name: str, text: str, value: Any):
    values, faults = environment.read({name: text})

    assert faults == []
    assert values[name] == value


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("postgres://u:p%40ss@host:5432/shop?sslmode=require", "postgresql", "shop"),
        ("postgresql:///shop", "postgresql", "shop"),
        ("sqlite:////data/shop.sqlite3", "sqlite3", "/data/shop.sqlite3"),
    ],
)
def test_a_database_is_taken_as_django_wants_it(url: str, engine: str, name: str):
    values, faults = environment.read({"DATABASE_URL": url})

    assert faults == []
    assert values["DATABASE_URL"]["ENGINE"].endswith(engine)
    assert values["DATABASE_URL"]["NAME"] == name


def test_the_handbook_holds_the_table():
    assert environment.documented() in (PROJECT_ROOT / "docs" / "operations.md").read_text()


def test_every_name_that_is_spoken_of_stands_in_the_table():
    texts = {path: path.read_text() for path in _files() if path.name != "environment.py"}
    spoken = {name for text in texts.values() for name in NAME.findall(text)}

    assert spoken - NAMES - OTHERS == set()


def test_nobody_else_reads_the_environment():
    """A name that is looked up elsewhere would have no range, no line and no place in the handbook."""
    lookups = [
        f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"
        for path in _files()
        if path.suffix == ".py" and path.name != "environment.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Subscript | ast.Call) and _looks_up(node)
    ]

    assert lookups == []


def _looks_up(node: ast.Subscript | ast.Call) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) and ast.unparse(node.value) == "os.environ"
    return ast.unparse(node.func) in ("os.environ.get", "os.getenv", "environ.Env")


def _files() -> list[Path]:
    tops = [
        PROJECT_ROOT / name
        for name in (*PRODUCT, "README.md", "docker-compose.yml", "Dockerfile", "Makefile")
    ]
    found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    return [path for path in found if path.suffix in (".py", ".md", ".yml", "") and path.is_file()]


def test_all_that_is_wrong_is_said_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    wrong = {
        "JETBRIDGE_HOME": str(tmp_path),
        "JETBRIDGE_HTTPS": "maybe",
        "DATABASE_URL": "postgres://u:hidden@",
    }
    (tmp_path / "secret_key").touch()

    with pytest.raises(SystemExit) as refusal:
        environment.start(wrong)

    lines = capsys.readouterr().err.splitlines()
    assert refusal.value.code == 2
    assert [line.split()[3] for line in lines] == [
        "DATABASE_URL",
        "JETBRIDGE_HTTPS",
        f"{tmp_path}/secret_key",
    ]
    assert "hidden" not in "".join(lines)


def damage(folder: Path, name: str, content: bytes | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)


DAMAGES = [
    *[("field_keys", content) for content in (b"", b"\n", KEY[:-8], b"\x80\xff\x00", KEY + b",abc", None)],
    ("field_keys", b"x" * 200_000),
    *[("secret_key", content) for content in (b"", b" \n", b"\x80\xff", b"two\nlines", None)],
    *[
        ("run.json", content)
        for content in (
            b"[]", b"5", b"null", b'"text"', b"{", b'{"panel": 5}', b'{"pids": [1]}', b'{"pids": {"web": "x"}}',
            b'{"pid": "x"}', b"[" * 100_000, b"\x80", None,
        )
    ],
    *[(name, b"a file") for name in home._FOLDERS],
    *[(name, None) for name in home._FILES],
    ("jetbridge.sqlite3", b"This is no database at all."),
    ("jetbridge.sqlite3", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"), DAMAGES, ids=[f"{name}-{place}" for place, (name, _) in enumerate(DAMAGES)]
)
def test_a_damaged_home_is_one_line_that_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None
):
    damage(tmp_path, name, content)

    with pytest.raises(SystemExit) as refusal:
        environment.start({"JETBRIDGE_HOME": str(tmp_path)})

    (line,) = capsys.readouterr().err.splitlines()
    assert refusal.value.code == 2
    assert str(tmp_path / name) in line


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 40, b"{}", b'{"panel": "", "sandbox": "http://127.0.0.1:9", "later": [1]}']
)
def test_what_up_leaves_behind_is_no_fault(tmp_path: Path, content: bytes):
    (tmp_path / "run.json").write_bytes(content)

    assert home.look_after(tmp_path, ())[1] == []


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation whose keys were cut off."""
    folder = tmp_path_factory.mktemp("broken") / "home"
    damage(folder, "field_keys", KEY[:-8])
    return Installation(folder)


PROCESSES = {
    "check": ["manage.py", "check"],
    "up": ["manage.py", "up"],
    "migrate": ["manage.py", "migrate"],
    "web": ["-m", "gunicorn", "jetbridge.wsgi", "-b", "127.0.0.1:{port}", "-w", "2", "--no-control-socket"],
    "worker": ["-m", "celery", "-q", "-A", "jetbridge", "worker", "-P", "threads", "-c", "1", "-B"],
    "forked worker": ["-m", "celery", "-q", "-A", "jetbridge", "worker", "-c", "1"],
    "schedule": ["-m", "celery", "-q", "-A", "jetbridge", "beat"],
}  # fmt: skip


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_says_the_line_and_does_not_stay(broken: Installation, process: str):
    arguments = [word.format(port=free_port()) for word in PROCESSES[process]]

    ended = subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT_ROOT, env=broken.env, capture_output=True, text=True,
        timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    lines = {line for line in ended.stderr.splitlines() if line.startswith("JetBridge cannot start. ")}
    # gunicorn ends with 3, or with 1 where a second worker refused while it was ending for the first.
    assert ended.returncode in ((3, 1) if process == "web" else (2,)), ended.stderr
    assert len(lines) == 1
    assert str(broken.home / "field_keys") in lines.pop()
    # ... and then prints the trace of its own second halt, below ours.
    assert "Traceback" not in ended.stderr or (process == "web" and ended.returncode == 1)
    assert not (broken.home / "jetbridge.sqlite3").exists()


def test_the_tests_own_environment_is_whole():
    assert environment.read({name: text for name, text in os.environ.items() if name not in FOREIGN})[1] == []
