"""Accounts, as Django shows them, but for when they were made and used: nobody writes that."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from recognizer.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    readonly_fields = ["last_login", "date_joined"]
