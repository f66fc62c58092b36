"""The WSGI door that the web server opens."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# gunicorn starts a worker again and again unless it leaves with this code; then it ends too.
NOT_TO_BE_STARTED_AGAIN = 3

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
try:
    application = get_wsgi_application()
except SystemExit:  # the environment or the home; what is wrong has been said
    sys.exit(NOT_TO_BE_STARTED_AGAIN)
