"""API tokens."""

from typing import Any

from rest_framework import serializers

from recognizer.actions.accounts.tokens import default_days
from recognizer.models import ApiToken, Scope
from recognizer.models.tokens import MAX_NAME, all_scopes

MAX_LIFETIME = 36_500  # days; the action knows how many the site allows


class ScopesField(serializers.ListField):
    """One or more scopes."""

    child = serializers.ChoiceField(choices=Scope.choices)

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=1, max_length=len(Scope), **options)


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    scopes = ScopesField(read_only=True)

    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at"]
        read_only_fields = [name for name in fields if name != "name"]
        extra_kwargs = {"expires_at": {"help_text": "null: never"}}


class TokenRequestSerializer(serializers.Serializer[Any]):
    name = serializers.RegexField(r"\S", max_length=MAX_NAME)
    days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_LIFETIME,
        allow_null=True,
        default=default_days,
        help_text=(
            "days until it expires; null: never. The site may allow less, and has a lifetime for "
            "tokens without it."
        ),
    )
    scopes = ScopesField(default=all_scopes, help_text="what it may do; all if omitted")

    def validate_days(self, days: int | None) -> int:
        """Return 0 for null, as `create_token` takes it."""
        return days or 0


class TokenListSerializer(serializers.Serializer[Any]):
    results = TokenSerializer(many=True)


class NewTokenSerializer(TokenSerializer):
    secret = serializers.CharField(read_only=True, help_text="shown only once")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]
