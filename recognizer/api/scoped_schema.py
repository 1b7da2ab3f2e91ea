"""The schema of one operation, with the scope that a token needs."""

from drf_spectacular.openapi import AutoSchema

from recognizer.api.access import OnSite
from recognizer.api.scopes import scope_of


class ScopedSchema(AutoSchema):
    """Adds the scope to the security requirement and to the description."""

    @property
    def scope(self) -> str:
        """The scope that a token needs; empty if no token is accepted."""
        if OnSite in self.view.permission_classes:
            return ""
        return str(scope_of(self.view, self.method))

    def get_description(self) -> str:  # type: ignore[override]  # as its own base class does
        described: str = super().get_description()
        return (
            f"{described}\n\nA token needs the scope `{self.scope}`." if self.scope else described
        )

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Name the scope as OpenAPI 3.1 names roles: beside the scheme."""
        found: list[dict[str, list[str]]] = super().get_auth()
        if not self.scope:
            return [each for each in found if "token" not in each]
        return [{"token": [self.scope]} if "token" in each else each for each in found]
