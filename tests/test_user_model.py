"""Accounts have the site's own model, which can get columns without a new table."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from recognizer.models import User


def test_accounts_are_the_sites_own_model(db: None) -> None:
    assert get_user_model() is User
    assert User._meta.db_table == "recognizer_user"
    accounts = Permission.objects.filter(content_type__model="user")
    assert {each.content_type.app_label for each in accounts} == {"recognizer"}
