"""
Pages of an emulator for people: plain HTML on GET, and buttons on POST with a redirect to the page that shows what
came of it. They need no JavaScript, and keep out other machines and other sites as control calls do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from . import markup
from .control import denial
from .wire import Answer, Rejected, Request, Unknown, quoted, segments

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
LARGEST_FORM = 8 * 1024**2
SECURITY = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    # Not "no-referrer": a browser would then say "Origin: null" with our own buttons.
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)

Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """What a browser asks for: a page by name, the rest of its address, the query; a form's files."""

    request: Request
    root: str
    name: str = ""
    rest: str = ""
    query: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def url(self, page: str, /, **query: str) -> str:
        """Return the address of a page."""
        return f"{self.root}/{page}?{urlencode(query)}" if query else f"{self.root}/{page}"


@dataclass(frozen=True, slots=True)
class Done:
    """Where the browser goes next, and what it is shown there."""

    page: str
    said: str


class Site(ABC):
    """One emulator's pages; a subclass knows what stands on them and what their buttons do."""

    root: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, allowed_hosts: Collection[str]) -> None:
        self._allowed_hosts = allowed_hosts

    @abstractmethod
    def titles(self) -> Mapping[str, str]:
        """Return the pages of the menu: titles by name."""

    @abstractmethod
    def draw(self, look: Look) -> tuple[str, Markup]:
        """
        Return a page's title and body.

        :raises Unknown: there is no such page, or not what it would show
        """

    @abstractmethod
    def page_of(self, button: str, form: Form) -> tuple[str, str] | None:
        """Return name and rest of the page that has a button; None where there is no such button."""

    @abstractmethod
    def press(self, look: Look, button: str, form: Form) -> Done:
        """
        Do what a button says.

        :raises Rejected: the form makes no sense; nothing was changed
        :raises Unknown: it is about something that is not there
        """

    def header(self, look: Look) -> Markup:
        """Return what stands beside the site's name."""
        del look
        return Markup("")

    def url(self, look: Look, page: str, /, **query: str) -> str:
        """Return a page's address for who looks."""
        return look.url(page, **query)

    def answer(self, request: Request) -> Answer:
        """Answer any request below the root."""
        denied = denial(request, self._allowed_hosts)
        if denied:
            return denied
        parts = segments(request.path)[1:]
        if request.method == "POST" and len(parts) == 2 and parts[0] == "do":
            return self._pressed(request, parts[1])
        if request.method not in ("GET", "HEAD"):
            return _text(405, "Pages are read; buttons are pressed.")
        name, rest = (parts[0], "/".join(parts[1:])) if parts else ("", "")
        return self._page(Look(request, self.root, name, rest, request.query()))

    def _page(self, look: Look, wrong: str = "") -> Answer:
        status = 400 if wrong else 200
        try:
            title, body = self.draw(look)
        except Unknown as refusal:
            title, body, status = "Not found", markup.paragraph(str(refusal)), 404
        notes = markup.note(wrong, is_wrong=True) if wrong else Markup("")
        if look.query.get("said"):
            notes += markup.note(look.query["said"])
        links = [
            _nav(self.url(look, page), text, is_current=page == look.name)
            for page, text in self.titles().items()
        ]
        text = markup.page(
            title=title, site=self.name, header=self.header(look), links=markup.join(links, " "),
            notes=notes, body=body,
        )  # fmt: skip
        return Answer(status, text.encode("utf-8", "replace"), HTML).with_headers(*SECURITY)

    def _pressed(self, request: Request, button: str) -> Answer:
        if len(request.body) > LARGEST_FORM:
            return _text(413, f"A form may have at most {LARGEST_FORM // 1024**2} MB.")
        form, files = read_form(request)
        home = self.page_of(button, form)
        if home is None:
            return _text(404, f"There is no button {quoted(button)}.")
        look = Look(request, self.root, *home, files=files)
        try:
            done = self.press(look, button, form)
        except Rejected as refusal:
            return self._page(look, wrong=" ".join(refusal.problems))
        except Unknown as refusal:
            return self._page(look, wrong=str(refusal))
        return Answer(303).with_headers(("Location", self.url(look, done.page, said=done.said)))


def _nav(url: str, text: str, *, is_current: bool) -> Markup:
    current = Markup(' aria-current="page"') if is_current else ""
    return Markup('<a href="{}"{}>{}</a>').format(url, current, text)


def _text(status: int, text: str) -> Answer:
    return Answer(status, text.encode("utf-8", "replace"), TEXT).with_headers(*SECURITY)


def page_number(query: Mapping[str, str]) -> int:
    """Return which page of a list is asked for, from 1."""
    text = query.get("page", "1")
    return max(1, int(text[:6])) if text.isascii() and text.isdigit() else 1


def pager(url: Callable[[str], str], number: int, *, has_more: bool) -> Markup:
    """Return the links to a list's neighboring pages; `url` gives the address of one by its number."""
    links = [markup.link(url(str(number - 1)), "Newer")] if number > 1 else []
    links += [markup.link(url(str(number + 1)), "Older")] if has_more else []
    return markup.paragraph(markup.join(links, " "))


def number(form: Mapping[str, str], name: str, *, of: Callable[[str], Any] = int) -> Any:
    """
    Read a number; None where the field is blank.

    :raises Rejected: it is none
    """
    text = form.get(name, "").strip()
    try:
        return of(text) if text else None
    except ValueError:
        raise Rejected(f"{name} must be a number.") from None


def read_form(request: Request) -> tuple[Form, dict[str, bytes]]:
    """Read a posted form: its fields, and its files' contents; a file's field is its name."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return dict(pairs), {}
    head = b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n"
    form: Form = {}
    files: dict[str, bytes] = {}
    for part in message_from_bytes(head + request.body).walk():
        name, raw = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(raw, bytes):
            continue
        file = part.get_filename()
        form[name] = raw.decode("utf-8", "replace") if file is None else file
        if file:
            files[name] = raw
    return form, files
