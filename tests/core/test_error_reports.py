"""What leaves for a Sentry: kinds and places of errors, and nothing of buyers or secrets."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENE = """
    import json, logging, sys
    import django
    django.setup()
    from django.test import Client
    from sentry_sdk.transport import Transport
    import sentry_sdk
    from jetbridge.core import error_reports
    from jetbridge.core.actors import acting

    class Kept(Transport):
        events = []

        def capture_envelope(self, envelope):
            self.events += [item.payload.json for item in envelope.items]

        def flush(self, *args, **kwargs):
            pass

    assert error_reports.start("https://key@errors.example.com/1", transport=Kept())

    def ship(buyer, password):
        raise ValueError(f"{buyer} at Elm Street 5: {password}")

    with acting(job="orders.send_shipments", request_id="abc123"):
        sentry_sdk.set_user({"username": "Jane Roe"})
        sentry_sdk.add_breadcrumb(message="Jane Roe")
        sentry_sdk.set_extra("note", "Jane Roe")
        try:
            ship("Jane Roe", "s3cret-of-jet")
        except ValueError:
            logging.getLogger("orders").exception("Shipment of %s failed", "Jane Roe")
        logging.getLogger("orders").error("Order of %s waits", "Jane Roe")
        logging.getLogger("orders").error("Order of Jane Roe waits")
    from django.conf import settings
    settings.ALLOWED_HOSTS = ["testserver"]
    Client(raise_request_exception=False).get(
        "/admin/login/?next=Jane+Roe", headers={"Authorization": "Bearer s3cret-of-jet"})
    print(json.dumps(Kept.events))
"""


def run_code(code: str) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own: the library takes hold of a whole process."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_errors_leave_with_kind_place_and_request_and_without_words():
    run = run_code(SCENE)
    assert run.returncode == 0, run.stderr
    text = run.stdout.strip().splitlines()[-1]

    for secret in ("Jane", "Roe", "Elm Street", "s3cret"):
        assert secret not in text
    events = json.loads(text)
    assert not {name for event in events for name in event} & {"extra", "request", "user", "breadcrumbs"}
    (error,) = events[0]["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "ship"
    assert events[0]["tags"] == {"request_id": "abc123", "job": "orders.send_shipments"}
    assert [each["logentry"]["message"] for each in events[1:3]] == [
        "Order of %s waits",
        "A line of the log.",
    ]


def test_without_the_extra_the_panel_runs_and_says_so():
    run = run_code("""
        import sys
        sys.modules["sentry_sdk"] = None
        import django
        django.setup()
        from jetbridge.core import error_reports
        print(error_reports.start("https://key@errors.example.com/1"))
    """)

    assert run.stdout.strip() == "False", run.stderr
    assert "install jetbridge[sentry]" in run.stderr
