"""HTML in small pieces; everything that is filled in is escaped."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

STYLE = Markup("""
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#222;background:#faf7f2}
header{background:#7a3e00;color:#fff;padding:.6rem 1rem}header a{color:#fff}
header strong{font-size:1.15rem;margin-right:1rem}header form{display:inline}
nav{background:#f0e3d2;padding:.4rem 1rem;border-bottom:1px solid #d9c3a5}
nav a{margin-right:1rem;color:#5a2d00}nav a[aria-current]{font-weight:700;text-decoration:none}
main{padding:1rem;max-width:75rem}h1{font-size:1.5rem;margin:.2rem 0 1rem}h2{font-size:1.15rem;margin:1.6rem 0 .5rem}
.table{overflow-x:auto}table{border-collapse:collapse;background:#fff;min-width:50%}
th,td{border:1px solid #e2d5c3;padding:.35rem .6rem;text-align:left;vertical-align:top}th{background:#f5ece0}
form.card{background:#fff;border:1px solid #e2d5c3;padding:.8rem 1rem;margin:.5rem 0;max-width:46rem}
label{display:inline-block;margin:.2rem .8rem .2rem 0}label span{display:block;font-size:.85rem;color:#555}
input,select,button{font:inherit;padding:.25rem .45rem}
button{background:#7a3e00;color:#fff;border:0;cursor:pointer}
form:not(.card){display:inline-block;margin:.1rem .4rem .1rem 0}
code{background:#f0ebe4;padding:0 .25rem;word-break:break-word}
.said,.wrong{padding:.5rem .8rem;border-left:5px solid #2c7a3f;background:#e9f5ec}
.wrong{border-color:#a3231a;background:#fbeae8}.quiet{color:#666}.done{color:#20662f}.open{color:#a3231a}
""")
PAGE = Markup(
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - Sandbox portal</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
    "<header><strong>Jet sandbox: partner portal</strong> {account}</header><nav>{links}</nav>"
    "<main><h1>{title}</h1>{notes}{body}</main></body></html>"
)


def page(*, title: str, account: Markup, links: Markup, notes: Markup, body: Markup) -> str:
    return str(PAGE.format(title=title, style=STYLE, account=account, links=links, notes=notes, body=body))


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
    frame = Markup('<div class="table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>')
    return frame.format(head, body)


def field(
    label: str, name: str, value: object = "", *, kind: str = "text", size: int = 20, hint: str = ""
) -> Markup:
    frame = Markup(
        '<label><span>{}</span><input type="{}" name="{}" value="{}" size="{}" placeholder="{}"></label>'
    )
    return frame.format(label, kind, name, value, size, hint)


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


def form(action: str, button: str, *pieces: object, is_card: bool = True, method: str = "post") -> Markup:
    """Word a form; `action` is the address that carries it out."""
    kind = Markup(' class="card"') if is_card else ""
    frame = Markup('<form method="{}" action="{}"{}>{} <button>{}</button></form>')
    return frame.format(method, action, kind, join(pieces, " "), button)
