"""People and groups in the panel's look."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from jetbridge.core import people, sessions
from jetbridge.panel import display
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.panel.pages import extra_page

for model in (Person, Group):
    admin.site.unregister(model)


class KeepsOneForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rights that are saved only while somebody is left who may manage users."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.instance.pk and not self.errors:
            try:
                people.try_out(self._write)
            except people.LastOne as refusal:
                self.add_error(None, str(refusal))

    def _write(self) -> None:
        self.instance.save()
        self._save_m2m()  # type: ignore[attr-defined]  # what the form itself saves by


class PersonForm(KeepsOneForm, UserChangeForm):
    """A person, who stays in as long as nobody else could manage users."""


class KeepsOneAdmin(PanelModelAdmin):
    """Rights by form: the guard and the history of the commands stand behind the buttons, too."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep in mind what was held before."""
        form.rights_before = people.rights_of(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write into the history what came and what went."""
        super().save_related(request, form, formsets, change)
        people.record_change(form.instance, form.rights_before)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Say why it cannot go, on its own page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except people.LastOne as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse(f"admin:auth_{self.opts.model_name}_change", args=[object_id]))


@admin.register(Person)
class PersonAdmin(StockUserAdmin, KeepsOneAdmin):  # type: ignore[misc, type-arg]
    """Who may enter the panel, and in which groups."""

    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("known_as", "email", "groups_held", "seen")
    search_help_text = "Name, user name or e-mail"
    list_filter = ("groups", "is_active", "is_superuser")

    change_form_outer_after_template = "panel/sign_out_person.html"
    list_before_template = "signin/people_tools.html"

    def get_urls(self) -> list[URLPattern]:
        """Put the ends of sessions before the pages that take any word for a key."""
        own = extra_page(
            self, "sign-out/", self._sign_out_myself, name="sign_out_myself", permission="", methods=("POST",)
        )
        other = extra_page(
            self, "<int:pk>/sign-out/", self._sign_out, name="sign_out",
            permission="auth.change_user", methods=("POST",),
        )  # fmt: skip
        return [own, other, *super().get_urls()]

    def _sign_out_myself(self, request: HttpRequest) -> HttpResponse:
        people.sign_out(person=get_object_or_404(Person, username=request.user.get_username()))
        logout(request)
        return redirect(reverse("admin:index"))

    def _sign_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(Person, pk=pk)
        if person == request.user:
            return self._sign_out_myself(request)
        ended = people.sign_out(person=person)
        messages.success(request, f"{person} is signed out everywhere. Sessions ended: {ended}.")
        return redirect(reverse("admin:auth_user_change", args=[pk]))

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Store a person; who is kept out is out at once, and stays so when let in again."""
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            sessions.end_all(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return people with their groups, in two queries."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes the last one who may manage users."""
        may = bool(super().has_delete_permission(request, obj))
        return may and not (obj is not None and people.is_last(obj))

    def delete_model(self, request: HttpRequest, obj: Person) -> None:
        """Delete as the command does."""
        people.delete(person=obj)

    @admin.display(description="Person", ordering="username")
    def known_as(self, person: Person) -> SafeString:
        """By name where there is one, else by what the person logs in with; whether the door is shut."""
        chip = SafeString("") if person.is_active else display.chip("Locked", "red")
        return format_html("{} {}", person.get_full_name() or person.get_username(), chip)

    @admin.display(description="Role")
    def groups_held(self, person: Person) -> str:
        names = ", ".join(group.name.capitalize() for group in person.groups.all())
        return names or ("Superuser" if person.is_superuser else "None: sees nothing")

    @admin.display(description="Last seen", ordering="last_login")
    def seen(self, person: Person) -> SafeString:
        return display.ago(person.last_login)


@admin.register(Group)
class PanelGroupAdmin(StockGroupAdmin, KeepsOneAdmin):  # type: ignore[misc]
    """What each group may do."""

    form = KeepsOneForm

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """Delete as the command does."""
        people.delete_group(group=obj)
