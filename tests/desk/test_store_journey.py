"""The whole way with a store elsewhere, in a world of its own: every step checked against both sandboxes."""

import json
import subprocess
import sys

import pytest

from jetbridge.home import PROJECT_ROOT


@pytest.mark.timeout(900)
def test_what_is_made_in_the_store_is_sold_shipped_and_given_back_on_both_sides():
    ran = subprocess.run(
        [sys.executable, "manage.py", "journey", "--store", "magento", "--json"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=800,
    )  # fmt: skip

    said = json.loads(ran.stdout.strip().splitlines()[-1])
    assert (said["problem"], said["done"], said["steps"]) == ("", 10, 10), ran.stdout
