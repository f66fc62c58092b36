"""The installation's figures for Prometheus, to whoever knows the token; where none is set, nothing is there."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from jetbridge.core import request_cache
from jetbridge.desk import metrics


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all figures; 401 without the token, 404 where this installation shows none."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        answer = HttpResponse("The token is missing or wrong.\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = 'Bearer realm="JetBridge metrics"'
        return answer
    with request_cache.remembering():
        return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)
