"""A time limit for the SQL statements of web processes. Workers and commands have none."""

from django.conf import settings


def limit_statements() -> None:
    """Let PostgreSQL cancel longer statements. Call it before the first connection."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.postgresql":
        return
    milliseconds = settings.STATEMENT_TIMEOUT_SECONDS * 1000
    given = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{given} -c statement_timeout={milliseconds}".strip()
