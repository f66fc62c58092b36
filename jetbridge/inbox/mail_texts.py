"""How mails word the lines of the inbox."""

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings

from jetbridge.core import store_days
from jetbridge.core.run_file import RunFile
from jetbridge.inbox.models import Notification


def of(lines: Sequence[tuple[Notification, int]]) -> tuple[str, str]:
    """Return subject and body of a mail about lines, each with how many of its repeats were mailed before."""
    first = " ".join(_news(*lines[0]).split())
    more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"JetBridge: {first}{more}", "\n\n".join(
        [*(_paragraph(*each) for each in lines), store_days.said()]
    ) + "\n"


def _news(line: Notification, before: int) -> str:
    """Return a title that counts what came since the last mail, and says how many stand unread in all."""
    if not line.title_forms or not 0 < before < line.count:
        return titled(line, line.count)
    return f"{titled(line, line.count - before)} ({line.count} not read yet)"


def titled(line: Notification, count: int) -> str:
    """Return a line's title with how often it happened, unless the title says it already."""
    title = line.titled(count)
    return f"{title} ({count} times)" if count > 1 and not title.startswith(str(count)) else title


def link(url: str) -> str:
    """Return the address of a page of the panel, as far as the panel knows where it is."""
    return urljoin(_panel_url(), url) if url else ""


def _paragraph(line: Notification, before: int) -> str:
    return "\n".join(part for part in (_news(line, before), line.text, link(line.url)) if part)


def _panel_url() -> str:
    """Return where the panel is, as far as that is known: the first trusted origin, else that of this run."""
    trusted = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return trusted[0] if trusted else str(RunFile(settings.JETBRIDGE_HOME).read().get("panel", ""))
