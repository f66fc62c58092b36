"""The skin's base: counts that stop at a cap, chips that say a word, forms that look like change forms."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django import forms
from django.contrib import admin
from django.core.paginator import InvalidPage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import StoreView
from jetbridge.panel import display, paginator


class SmallForm(forms.Form):
    """A form as a custom page would write it, without a word about looks."""

    user = forms.CharField(max_length=20, help_text="From the partner portal.")
    kind = forms.ChoiceField(choices=[("a", "Alpha")])
    day = forms.DateField(required=False)


@pytest.fixture
def twelve_views(db):
    StoreView.objects.bulk_create(StoreView(code=f"view-{n:02}", name=f"View {n}") for n in range(12))


def test_count_is_exact_up_to_the_cap(twelve_views):
    count = paginator.capped_count(StoreView.objects.all(), cap=12)

    assert (count, str(count)) == (12, "12")


def test_count_beyond_the_cap_says_so_and_reads_one_row_more_at_most(
    twelve_views, django_assert_num_queries, settings
):
    with django_assert_num_queries(1) as queries:
        count = paginator.capped_count(StoreView.objects.all(), cap=5)

    assert (int(count), str(count)) == (5, "5+")
    assert "LIMIT 6" in queries.captured_queries[0]["sql"]


def test_pages_end_where_the_count_ends(twelve_views, monkeypatch):
    monkeypatch.setattr(paginator.capped_count, "__defaults__", (5,))
    pages = paginator.CappedPaginator(StoreView.objects.all(), 2)

    assert pages.is_capped
    assert pages.num_pages == 3
    with pytest.raises(InvalidPage):
        pages.page(4)


def test_a_chip_carries_its_word_and_escapes_it():
    assert display.chip("<b>Live</b>", "green") == (
        '<span class="jb-chip jb-green">&lt;b&gt;Live&lt;/b&gt;</span>'
    )


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=42), "42 seconds ago"),
        (timedelta(minutes=1, seconds=5), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(minutes=-10, seconds=-1), "in 10 minutes"),
    ],
)
def test_moments_are_told_as_distances(gap, words):
    assert display.distance(timezone.now() - gap) == words


def test_money_has_currency_cents_and_separators():
    assert "$1,234.50" in display.money(Decimal("1234.5"))
    assert "-$3.00" in display.money(Decimal(-3))
    assert display.money(None) == "–"


@pytest.mark.django_db
def test_a_countdown_changes_color_with_the_time_left():
    now = timezone.now()

    tones = [display.countdown(now + timedelta(minutes=minutes)) for minutes in (10, 5, 2, -1)]

    assert [("jb-green" in t, "jb-amber" in t, "jb-red" in t) for t in tones] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, True),
    ]
    assert "overdue" in tones[-1]


def test_a_plain_form_is_rendered_with_the_skins_classes():
    html = render_to_string("panel/form.html", {"form": SmallForm(), "submit": "Send"})

    assert html.count("rounded-default") >= 3
    assert 'type="date"' in html
    assert '<p class="jb-help" id="id_user_helptext">From the partner portal.</p>' in html
    assert ">Send</button>" in html


def test_errors_stand_beside_the_field_and_are_summed_up_on_top():
    html = render_to_string("panel/form.html", {"form": SmallForm({"kind": "b"}), "submit": "Send"})

    assert "2 things to fix:" in html
    assert '<a href="#id_user">User</a>: This field is required.' in html
    assert 'id="id_user_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_form_page_offers_an_objects_own_page_as_one_on_another_site(model):
    page = admin.site._registry[model]
    inlines = [inline(model, admin.site) for inline in page.inlines]

    assert [each.get_view_on_site_url(each.model(pk=1)) for each in (page, *inlines)] == [None] * (
        1 + len(inlines)
    )


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_change_form_is_saved_in_one_way(admin_client, model):
    page = admin.site._registry[model]
    request = admin_client.get("/admin/my-notifications/").wsgi_request
    if not page.has_add_permission(request):
        return
    answer = admin_client.get(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"), follow=True
    )

    found = answer.content.decode()

    assert "_continue" not in found
    assert "_addanother" not in found


def test_what_is_wrong_with_a_change_form_leads_to_its_fields(admin_client):
    answer = admin_client.post("/admin/catalog/storecategory/add/", {"name": ""}).content.decode()

    assert "data-jb-focus" in answer
    (field,) = re.findall(r'<li><a href="#(\w+)">Name</a>: This field is required', answer)
    inputs = [each for each in re.findall(r"<input[^>]+>", answer) if f'id="{field}"' in each]
    assert ['aria-invalid="true"' in each for each in inputs] == [True]
