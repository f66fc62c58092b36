"""HTML in small pieces; everything that is filled in is escaped."""

import json
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

STYLE = Markup("""
:root{color-scheme:light dark;--text:#222;--paper:#faf7f2;--card:#fff;--head:#f5ece0;--line:#d9c3a5;--quiet:#595550;
--accent:#7a3e00;--link:#6b3600;--bar:#f0e3d2;--code:#f0ebe4;--good:#20662f;--bad:#a3231a;--goodback:#e9f5ec;
--badback:#fbeae8}
@media (prefers-color-scheme:dark){:root{--text:#ece5dc;--paper:#191613;--card:#231f1a;--head:#2e2821;--line:#574a3b;
--quiet:#b5aca1;--accent:#8f4a08;--link:#f0b57e;--bar:#2a231c;--code:#332c24;--good:#86d399;--bad:#ff9c91;
--goodback:#16301d;--badback:#3d1916}}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--paper)}
a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}
header{background:#7a3e00;color:#fff;padding:.6rem 1rem}header a{color:#fff}
header a:focus-visible{outline-color:#fff}
header strong{font-size:1.15rem;margin-right:1rem}header form{display:inline}
nav{background:var(--bar);padding:.4rem 1rem;border-bottom:1px solid var(--line)}
nav a{display:inline-block;padding:.2rem 0;margin-right:1rem}
nav a[aria-current]{font-weight:700;text-decoration:none}
main{padding:1rem;max-width:75rem}h1{font-size:1.5rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.6rem 0 .5rem}
.table{overflow-x:auto}table{border-collapse:collapse;background:var(--card);min-width:50%}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}th{background:var(--head)}
form.card{background:var(--card);border:1px solid var(--line);padding:.8rem 1rem;margin:.5rem 0;max-width:46rem}
label{display:inline-block;margin:.2rem .8rem .2rem 0;max-width:100%}
label span{display:block;font-size:.85rem;color:var(--quiet)}
input,select,button{font:inherit;padding:.3rem .45rem;max-width:100%;box-sizing:border-box}
input[type=number]{width:8rem}
button{background:var(--accent);color:#fff;border:0;cursor:pointer;min-height:2.2rem;padding:.3rem .8rem}
form:not(.card){display:inline-block;margin:.1rem .4rem .1rem 0}
code{background:var(--code);padding:0 .25rem;overflow-wrap:anywhere}td code{overflow-wrap:normal}
pre{overflow-x:auto}
img{max-width:100%;height:auto}
.said,.wrong{padding:.5rem .8rem;border-left:5px solid var(--good);background:var(--goodback)}
.wrong{border-color:var(--bad);background:var(--badback)}
.quiet{color:var(--quiet)}.done{color:var(--good)}.open{color:var(--bad)}
""")
PAGE = Markup(
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {site}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
    "<header><strong>{site}</strong> {header}</header><nav>{links}</nav>"
    "<main><h1>{title}</h1>{notes}{body}</main></body></html>"
)


def page(*, title: str, site: str, header: Markup, links: Markup, notes: Markup, body: Markup) -> str:
    """Word a whole page; `site` is what stands in its header and after its title."""
    parts = {"title": title, "site": site, "header": header, "links": links, "notes": notes, "body": body}
    return str(PAGE.format(style=STYLE, **parts))


def join(pieces: Iterable[object], glue: str = "") -> Markup:
    return Markup(glue).join([escape(each) for each in pieces])  # noqa: S704 - the glue is ours


def note(text: str, *, is_wrong: bool = False) -> Markup:
    """Say something above the page's content."""
    kind, role = ("wrong", "alert") if is_wrong else ("said", "status")
    return Markup('<p class="{}" role="{}">{}</p>').format(kind, role, text)


def heading(text: str) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def paragraph(text: object) -> Markup:
    return Markup("<p>{}</p>").format(text)


def code(text: object) -> Markup:
    return Markup("<code>{}</code>").format(text)


def link(url: str, text: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, text)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> Markup:
    """Write a table; without rows only the sentence that says why there is none."""
    lines = [join(Markup("<td>{}</td>").format("" if cell is None else cell) for cell in row) for row in rows]
    if not lines:
        return Markup('<p class="quiet">{}</p>').format(empty)
    head = join(Markup('<th scope="col">{}</th>').format(each) for each in heads)
    body = join(Markup("<tr>{}</tr>").format(line) for line in lines)
    # What is wider than the window scrolls by itself, and by keyboard only what can be focused.
    frame = Markup(
        '<div class="table" tabindex="0" role="group" aria-label="{}">'
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    )
    return frame.format(f"Table: {', '.join(heads)}", head, body)


def field(
    label: str, name: str, value: object = "", *, kind: str = "text", size: int = 20, hint: str = ""
) -> Markup:
    measure = Markup(' step="any"') if kind == "number" else Markup(' size="{}"').format(size)
    frame = Markup('<label><span>{}</span><input type="{}" name="{}" value="{}"{} placeholder="{}"></label>')
    return frame.format(label, kind, name, value, measure, hint)


def upload(label: str, name: str, accept: str) -> Markup:
    """Ask for a file of a kind; its form must say that it has one."""
    frame = Markup('<label><span>{}</span><input type="file" name="{}" accept="{}"></label>')
    return frame.format(label, name, accept)


def picture(url: str, text: str) -> Markup:
    return Markup('<img src="{}" alt="{}" width="96">').format(url, text)


def folded(summary: str, body: Markup) -> Markup:
    """Hide what few look at behind a line that opens it."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, body)


def document(value: object) -> Markup:
    """Word a JSON document for reading."""
    return Markup("<pre>{}</pre>").format(json.dumps(value, indent=2, ensure_ascii=False))


def hidden(name: str, value: object) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def choice(label: str, name: str, options: Iterable[str] | Mapping[str, str], chosen: str = "") -> Markup:
    pairs = options.items() if isinstance(options, Mapping) else ((each, each) for each in options)
    lines = join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", text
        )
        for value, text in pairs
    )
    return Markup('<label><span>{}</span><select name="{}">{}</select></label>').format(label, name, lines)


def form(
    action: str,
    button: str,
    *pieces: object,
    is_card: bool = True,
    method: str = "post",
    has_file: bool = False,
) -> Markup:
    """Word a form; `action` is the address that carries it out."""
    kind = Markup(' class="card"') if is_card else Markup("")
    kind += Markup(' enctype="multipart/form-data"') if has_file else Markup("")
    frame = Markup('<form method="{}" action="{}"{}>{} <button>{}</button></form>')
    return frame.format(method, action, kind, join(pieces, " "), button)
