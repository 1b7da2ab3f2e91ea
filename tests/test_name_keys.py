"""The migration that gives accounts of earlier releases the key of their name."""

from importlib import import_module

from django.apps import apps

from recognizer.models import User
from tests.conftest import person


def test_every_account_gets_a_key_and_the_oldest_of_two_has_it(db: None) -> None:
    for name in ("anna", "other", "Jörg"):
        person(name)
    User.objects.update(name_key=None)
    User.objects.filter(username="other").update(username="ANNA")

    import_module("recognizer.migrations.0003_name_keys").fill(apps, None)

    keys = dict(User.objects.values_list("username", "name_key"))
    assert keys == {"anna": "anna", "ANNA": None, "Jörg": "jörg"}
