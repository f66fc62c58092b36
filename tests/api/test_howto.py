"""The how-to of the API as it is written: its Python and its curl, run against the panel."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from jetbridge.home import PROJECT_ROOT
from orders.models import Shipment
from tests.api.programs import program_of, somebody

pytestmark = [pytest.mark.django_db(transaction=True)]
TEXT = (PROJECT_ROOT / "docs" / "api.md").read_text()


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return found


@pytest.fixture
def environment(live_server):
    secret = program_of(somebody("olga", "operations")).secret
    return {"PATH": os.environ["PATH"], "PANEL": live_server.url, "TOKEN": secret}


def test_twenty_lines_of_python_ship_what_the_warehouse_types(three, environment):
    code = block("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 20

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        input="1ZA\n\n1ZB\n",
        text=True,
        capture_output=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    shipped = dict(Shipment.objects.values_list("order__number", "tracking_number"))
    assert shipped == {three[2].number: "1ZA", three[0].number: "1ZB"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_ships_one_order_once(acknowledged, environment):
    more = {"ORDER": acknowledged.number, "TRACKING": "1ZC"}

    for _ in range(2):
        done = subprocess.run(
            ["sh", "-e", "-c", block("sh")],
            env=environment | more,
            text=True,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    assert Shipment.objects.get().tracking_number == "1ZC"
