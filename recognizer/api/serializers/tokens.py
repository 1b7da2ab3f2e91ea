"""API tokens."""

from typing import Any

from rest_framework import serializers

from recognizer.actions.accounts.tokens import DAYS, MAX_DAYS
from recognizer.models import ApiToken


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "created_at", "expires_at", "last_used_at"]
        read_only_fields = [name for name in fields if name != "name"]
        extra_kwargs = {"expires_at": {"help_text": "null: never"}}


class TokenRequestSerializer(serializers.ModelSerializer[ApiToken]):
    days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        allow_null=True,
        default=DAYS,
        help_text="days until it expires; null: never",
    )

    class Meta:
        model = ApiToken
        fields = ["name", "days"]


class TokenListSerializer(serializers.Serializer[Any]):
    results = TokenSerializer(many=True)


class NewTokenSerializer(TokenSerializer):
    secret = serializers.CharField(read_only=True, help_text="shown only once")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]
