"""The health check that supervisors and containers ask."""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever stands in the way, the answer is the same
        return JsonResponse({"database": False}, status=503)
    return JsonResponse({"database": True})
