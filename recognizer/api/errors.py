"""One shape for every error the API answers with."""

from typing import Any


def error_body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    """{"error": {"code", "message"}}, with "fields" where single values were wrong."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error}
