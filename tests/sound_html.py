"""What makes a page sound HTML."""

from html.parser import HTMLParser


class Checker(HTMLParser):
    """Collects what makes a page sound: balanced tags, labelled inputs, headings."""

    VOID = ("meta", "input", "br", "img")

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.bare = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        kind = dict(attributes).get("type")
        if tag in ("input", "select") and kind != "hidden" and "label" not in self.open:
            self.bare.append(attributes)
        if tag == "h1":
            self.headings.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
