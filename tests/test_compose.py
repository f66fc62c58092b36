"""docker-compose.yml: no engine runs here, so what it must hold is read from the file itself."""

import re
from typing import Any

import pytest
import yaml

from jetbridge.home import PROJECT_ROOT

SERVICES = {"db", "redis", "web", "worker", "beat", "sandbox"}
SECRET_NAMES = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")
# ${NAME}, ${NAME:-default} and ${NAME:?message} are read from the environment or .env.
VARIABLE = re.compile(r"\$\{[A-Z_]+(:[-?][^}]*)?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text())


def words(service: dict[str, Any]) -> str:
    command = service.get("command", "")
    return command if isinstance(command, str) else " ".join(command)


def test_the_six_services_are_there_and_each_says_how_it_feels(compose: dict[str, Any]):
    checks = {
        name: service.get("healthcheck", {}).get("test") for name, service in compose["services"].items()
    }

    assert set(checks) == SERVICES
    assert all(checks.values())


def test_no_secret_stands_in_the_file(compose: dict[str, Any]):
    reported = [
        (name, str(value))
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if SECRET_NAMES.search(name) or "://" in str(value)
    ]
    passwords = [re.search(r"://[^:/@]+:(.+)@", value) for _, value in reported]

    assert reported
    assert all(VARIABLE.fullmatch(value) for name, value in reported if SECRET_NAMES.search(name))
    assert all(VARIABLE.fullmatch(found[1]) for found in passwords if found)


def test_our_services_wait_for_what_they_need(compose: dict[str, Any]):
    waits = {name: set(service.get("depends_on", {})) for name, service in compose["services"].items()}

    assert waits["web"] == {"db", "redis"}
    assert waits["worker"] == waits["beat"] == {"web"}
    assert {condition["condition"] for name in ("web", "worker", "beat")
            for condition in compose["services"][name]["depends_on"].values()} == {"service_healthy"}  # fmt: skip


def test_one_service_migrates_and_one_beats(compose: dict[str, Any]):
    commands = {name: words(service) for name, service in compose["services"].items()}

    assert [name for name, command in commands.items() if "manage.py migrate" in command] == ["web"]
    assert [name for name, command in commands.items() if re.search(r"\bbeat\b| -B\b", command)] == ["beat"]
    assert "jetapi.sandbox" in commands["sandbox"]
    assert "--no-control-socket" in commands["web"]
    assert "--keep-alive 75" in commands["web"]


def test_only_the_panel_is_published_and_only_to_this_machine(compose: dict[str, Any]):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])


def test_volumes_that_are_used_are_declared(compose: dict[str, Any]):
    used = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }

    assert used == set(compose["volumes"])


def test_the_image_installs_by_hash_and_does_not_run_as_root():
    lines = (PROJECT_ROOT / "Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in lines
    assert re.search(r"^USER jetbridge$", lines, re.MULTILINE)
    assert not re.search(r"SECRET|PASSWORD", lines)
