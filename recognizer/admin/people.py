"""Accounts and groups in Django's own admin.

Staff change neither an account nor a group with a permission that they lack, and give none.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recognizer.actions.accounts.deletion import delete_account
from recognizer.actions.accounts.names import require_clear_name
from recognizer.actions.accounts.powers import (
    grantable_groups,
    grantable_permissions,
    may_change_account,
)
from recognizer.actions.drawings.quota import MB, with_usage
from recognizer.admin.base import NumberedRows
from recognizer.errors import Refused
from recognizer.models import Drawing, User
from recognizer.presentation.numbers import localized


class ClearName(forms.ModelForm):
    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if "username" in self.changed_data:
            try:
                require_clear_name(name, person=self.instance)
            except Refused as refused:
                raise forms.ValidationError(refused.message) from refused
        return name


class PersonCreationForm(ClearName, AdminUserCreationForm):
    pass


class PersonChangeForm(ClearName, UserChangeForm):
    pass


class Grantable(NumberedRows):
    """Offers, and accepts, only groups and permissions that the person has."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "groups":
            options["queryset"] = grantable_groups(request.user)
        elif db_field.name in ("permissions", "user_permissions"):
            rows = grantable_permissions(request.user)
            options["queryset"] = rows.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **options)


@admin.register(User)
class PersonAdmin(Grantable, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("username", "email", "is_staff", "drawings", "megabytes")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        of_all = ["last_login", "date_joined"]
        return of_all if request.user.is_superuser else [*of_all, "is_superuser"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_change_account(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_change_account(request.user, obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Leave out closed accounts."""
        return with_usage(super().get_queryset(request).filter(closed_at=None))

    @admin.display(description=_("drawings"), ordering="drawings_there")
    def drawings(self, person: Any) -> str:
        return localized(f"{person.drawings_there:,}")

    @admin.display(description=_("MB"), ordering="bytes_there")
    def megabytes(self, person: Any) -> str:
        return localized(f"{person.bytes_there / MB:,.1f}")

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Return what is deleted as numbers: an account may have 100,000 drawings."""
        people = list(objs)
        drawings = Drawing.objects.filter(owner__in=people).count()
        counts = {
            str(User._meta.verbose_name_plural): len(people),
            str(Drawing._meta.verbose_name_plural): drawings,
        }
        allowed = all(self.has_delete_permission(request, person) for person in people)
        lacking = set() if allowed else {str(User._meta.verbose_name)}
        return [str(person) for person in people], counts, lacking, []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        delete_account(person=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            delete_account(person=person)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(Grantable, GroupAdmin):  # type: ignore[misc]
    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_grantable(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or is_grantable(request, obj))


def is_grantable(request: HttpRequest, group: Group) -> bool:
    return grantable_groups(request.user).filter(pk=group.pk).exists()
