"""The migration that gives tokens scopes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE, AFTER = [[("recognizer", name)] for name in ("0003_name_keys", "0004_audit_and_scopes")]


@pytest.mark.django_db(transaction=True)
def test_tokens_of_earlier_releases_keep_all_scopes_and_their_expiry() -> None:
    expires = timezone.now() + timedelta(days=5)
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate(BEFORE)
        old = executor.loader.project_state(BEFORE).apps
        owner = old.get_model("recognizer", "User").objects.create(username="owner")
        tokens = old.get_model("recognizer", "ApiToken").objects
        tokens.create(owner=owner, name="for ever", digest="1" * 64)
        tokens.create(owner=owner, name="some days", digest="2" * 64, expires_at=expires)
        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)
        new = executor.loader.project_state(AFTER).apps
        found = new.get_model("recognizer", "ApiToken").objects.order_by("name")

        assert [(each.scopes, each.expires_at) for each in found] == [
            (["read", "draw", "review", "train"], None),
            (["read", "draw", "review", "train"], expires),
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(newest)
