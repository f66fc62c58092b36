"""Filters of the log pages: by kinds of answer, by job, by what was touched."""

from typing import Any

from django.apps import apps
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from jetbridge.core import log_search
from jetbridge.core.job_titles import TITLES
from jetbridge.core.texts import number_in

# A drawer holds no longer list; who is not in it is found through the history.
MOST_PEOPLE = 100


class AnswerFilter(SimpleListFilter):
    """What Jet said, by class of status."""

    title = "answer"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [(key, title) for key, (title, _) in log_search.ANSWERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls that were answered so."""
        chosen = log_search.ANSWERS.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class SideFilter(SimpleListFilter):
    """To whom a call went: Jet, or the merchant's store."""

    title = "sent to"
    parameter_name = "side"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [(key, title) for key, (title, _) in log_search.SIDES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls that went there."""
        chosen = log_search.SIDES.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class MethodFilter(SimpleListFilter):
    title = "method"
    parameter_name = "method"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the methods that are used; the values of a long table are not collected."""
        return [(name, name) for name in ("GET", "PUT", "POST", "PATCH", "DELETE")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls that were made so."""
        return queryset.filter(method=self.value()) if self.value() else queryset


class JobFilter(SimpleListFilter):
    title = "job"
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the jobs, asked of the code and not of a long table."""
        return sorted(TITLES.items(), key=lambda job: job[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(purpose=self.value()) if self.value() else queryset


class PersonFilter(SimpleListFilter):
    title = "person"
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the people who may enter the panel."""
        people = get_user_model().objects.filter(is_staff=True).order_by("username")
        return [(str(person.pk), str(person)) for person in people[:MOST_PEOPLE]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        person = number_in(self.value())
        return queryset if person is None else queryset.filter(user=person)


class TouchedFilter(SimpleListFilter):
    """Which kind of object an event is about."""

    title = "object"
    parameter_name = "object"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the kinds that the panel has, asked of the code and not of a long table."""
        ours = ("core", "catalog", "mapping", "orders", "returns")
        models = [model for app in ours for model in apps.get_app_config(app).get_models()]
        return [(model._meta.label_lower, str(model._meta.verbose_name).capitalize()) for model in models]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset
