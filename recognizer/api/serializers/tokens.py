"""API tokens."""

from rest_framework import serializers

from recognizer.models import ApiToken


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "created_at", "last_used_at"]
        read_only_fields = ["id", "prefix", "created_at", "last_used_at"]


class TokenListSerializer(serializers.Serializer):
    results = TokenSerializer(many=True)


class NewTokenSerializer(TokenSerializer):
    secret = serializers.CharField(read_only=True, help_text="shown this once")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]
