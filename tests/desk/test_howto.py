"""The how-tos: every page of the menu has one, what they name exists, and they are found."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_resolver, resolve, reverse

from jetbridge.desk import error_book, howto
from jetbridge.desk.howto import chapters, marks
from jetbridge.desk.howto.pages import CHAPTERS as PAGE_CHAPTERS
from jetbridge.panel.menu import SIDEBAR

CHAPTERS = howto.all_chapters()
# Words of Django's own admin, of Jet and of lists that are made of values.
NOT_OURS = {"Staff status", "Active", "Run", "Tracking number"}
PARTS = ("", "Steps", "You see that it worked", "What can go wrong")
LARGEST = 4_000_000


def bold(chapter):
    return {
        found["bold"] for line in chapter.lines for found in chapters.MARK.finditer(line) if found["bold"]
    }


def targets(chapter):
    return [found["to"] for line in chapter.lines for found in chapters.MARK.finditer(line) if found["to"]]


@cache
def words_of_the_panel():
    """Return all text of templates and code in which a button or field can get its name."""
    roots = [settings.BASE_DIR / name for name in ("templates", "catalog", "orders", "returns", "jetbridge")]
    files = [file for root in roots for kind in ("*.html", "*.py") for file in root.rglob(kind)]
    return "\n".join(file.read_text() for file in files if "howto" not in file.parts)


def all_names(patterns, prefix=""):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from all_names(each.url_patterns, prefix + (f"{each.namespace}:" if each.namespace else ""))
        elif each.name:
            yield prefix + each.name


def picture(name):
    return finders.find(f"desk/howto/{name}.webp")


def test_every_page_of_the_menu_has_a_chapter():
    pages = {resolve(str(item["link"])).view_name for group in SIDEBAR for item in group["items"]}

    assert len(pages) > 25
    assert pages - set(PAGE_CHAPTERS) == set()


def test_every_page_and_chapter_of_the_table_exists_and_no_chapter_is_left_without_a_page():
    assert set(PAGE_CHAPTERS) - set(all_names(get_resolver().url_patterns)) == set()
    assert set(PAGE_CHAPTERS.values()) - set(CHAPTERS) == set()
    assert set(CHAPTERS) - set(PAGE_CHAPTERS.values()) == {"backup", "exceptions"}
    assert {file.stem for file in howto.FOLDER.glob("*.md")} == set(CHAPTERS)


def test_each_chapter_says_when_how_and_what_can_go_wrong_in_the_panels_own_words():
    known = words_of_the_panel().lower()
    strange = {
        (chapter.key, word)
        for chapter in CHAPTERS.values()
        for word in bold(chapter) - NOT_OURS
        if word.lower() not in known
    }

    assert {tuple(part.title for part in each.parts) for each in CHAPTERS.values()} == {PARTS}
    assert strange == set()


def test_everything_that_a_chapter_links_to_exists():
    found = {(chapter.key, target) for chapter in CHAPTERS.values() for target in targets(chapter)}
    wrong = {
        (key, target)
        for key, target in found
        for kind, _, rest in [target.partition(":")]
        if (kind == "howto" and rest not in CHAPTERS)
        or (kind == "error" and not any(error_book.search(rest)))
    }

    assert {key for key, _ in found} == set(CHAPTERS)
    assert wrong == set()
    assert all(marks.address(target) for _, target in found)


def test_every_picture_is_there_and_is_described():
    assert [key for key, chapter in CHAPTERS.items() if not chapter.pictures] == []
    pictures = {pair for chapter in CHAPTERS.values() for pair in chapter.pictures}
    assert [name for name, alt in pictures if not picture(name) or len(alt) < 20] == []


def test_the_pictures_are_small_and_each_is_used():
    folder = settings.BASE_DIR / "jetbridge" / "desk" / "static" / "desk" / "howto"
    files = {file.stem: file.stat().st_size for file in folder.glob("*.webp")}

    assert set(files) == {name for chapter in CHAPTERS.values() for name, _ in chapter.pictures}
    assert sum(files.values()) < LARGEST


def test_each_chapter_is_shown_with_its_pictures_and_links(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("vera", password="x", is_staff=True))

    page = client.get(reverse("desk:howto", args=["upload"])).content.decode()

    assert "<strong>Bulk Product Upload</strong>" in page
    assert f'href="{reverse("admin:catalog_product_changelist")}"' in page
    assert re.search(r'<img src="/static/desk/howto/products\.webp\?v=\w+" alt="Upload Products', page)
    assert f"{reverse('desk:errors')}?q=Missing+Listing+Data" in page
    assert client.get(reverse("desk:howto", args=["no-such"])).status_code == 404


def test_a_page_leads_to_its_chapter_and_one_without_does_not(admin_client):
    page = admin_client.get(reverse("admin:orders_failedorder_changelist")).content.decode()

    assert f'href="{reverse("desk:howto", args=["failed-orders"])}" title="How this page works"' in page
    assert (
        "How this page works</span>"
        not in admin_client.get(reverse("admin:password_change")).content.decode()
    )


def test_one_search_finds_how_tos_and_error_book_together(admin_client):
    found = admin_client.get(reverse("desk:help"), {"q": "check digit"}).content.decode()
    nothing = admin_client.get(reverse("desk:help"), {"q": "quetzalcoatl"}).content.decode()
    from_the_book = admin_client.get(reverse("desk:errors"), {"q": "barcode"}).content.decode()

    assert f'href="{reverse("desk:howto", args=["validation"])}"' in found
    assert "Identifier: check digit" in found
    assert "Nothing is known by these words" in nothing
    assert f'href="{reverse("desk:howto", args=["product-edit"])}"' in from_the_book


def test_the_knowledge_base_lists_every_how_to_in_its_groups(admin_client):
    page = admin_client.get(reverse("desk:help")).content.decode()

    assert all(f'href="{reverse("desk:howto", args=[key])}"' in page for key in CHAPTERS)
    assert "How fast must I answer an order?" in page


def test_marks_are_escaped():
    line = marks.marked("**<b>** `<i>` [<u>](desk:help) <script>")

    assert line == (
        "<strong>&lt;b&gt;</strong> <code>&lt;i&gt;</code> "
        f'<a class="jb-link" href="{reverse("desk:help")}">&lt;u&gt;</a> &lt;script&gt;'
    )


def test_a_file_that_is_no_chapter_is_named():
    with pytest.raises(ValueError, match="oops: a chapter begins"):
        chapters.read("oops", "No title")
