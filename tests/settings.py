"""Settings of the test run: a home of its own that is gone afterwards, fast hashing, mail in memory."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Imported by each worker process of a parallel run too: every one gets a home of its own.
os.environ["JETBRIDGE_HOME"] = tempfile.mkdtemp(prefix="jetbridge-test-")
atexit.register(shutil.rmtree, os.environ["JETBRIDGE_HOME"], ignore_errors=True)

from jetbridge.settings import *  # noqa: E402, F403
from jetbridge.settings import DATABASES, INSTALLED_APPS, JETBRIDGE_HOME  # noqa: E402

# Two kinds of delivery that stand for all: the law of the outbox is tried on them.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.outbox.app"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and second processes of a test must see the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(JETBRIDGE_HOME) / "test.sqlite3")}
    # No test takes the power away; installations that tests start have the real options.
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")
else:
    DATABASES["default"]["ENGINE"] = "tests.postgresql"
# Tests log in without a request; the lockout has tests of its own.
AXES_ENABLED = False
# Files are looked for when one is asked for, not listed anew for every client that a test makes.
WHITENOISE_AUTOREFRESH = True
LOGGING = {"version": 1, "disable_existing_loggers": False}
