"""How mails word the lines of the inbox."""

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings

from jetbridge.core.run_file import RunFile
from jetbridge.inbox.models import Notification


def subject(lines: Sequence[Notification]) -> str:
    """Return one line that names the first and says how many more there are."""
    first = " ".join(lines[0].title.split())
    return f"JetBridge: {first}" if len(lines) == 1 else f"JetBridge: {first}, and {len(lines) - 1} more"


def body(lines: Sequence[Notification]) -> str:
    """Return a paragraph for each line."""
    return "\n\n".join(_paragraph(line) for line in lines) + "\n"


def titled(line: Notification, count: int) -> str:
    """Return a line's title with how often it happened, unless the title says it already."""
    title = line.titled(count)
    return f"{title} ({count} times)" if count > 1 and not title.startswith(str(count)) else title


def link(url: str) -> str:
    """Return the address of a page of the panel, as far as the panel knows where it is."""
    return urljoin(_panel_url(), url) if url else ""


def _paragraph(line: Notification) -> str:
    return "\n".join(part for part in (titled(line, line.count), line.text, link(line.url)) if part)


def _panel_url() -> str:
    """Return where the panel is, as far as that is known: the first trusted origin, else that of this run."""
    trusted = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return trusted[0] if trusted else str(RunFile(settings.JETBRIDGE_HOME).read().get("panel", ""))
