"""Accounts in Django's own admin. The times of creation and last sign-in are read-only."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from recognizer.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    readonly_fields = ["last_login", "date_joined"]
