"""Messages in responses: texts in the language of the request, and their codes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mlcore.messages import Message
from recognizer.presentation.messages import code_of, shown_verdict, words


@extend_schema_field(serializers.CharField(read_only=True))
class WordsField(serializers.Field[Any, Any, Any, Any]):
    """The text of a message, or a text that a person wrote."""

    def __init__(self, **about: Any) -> None:
        super().__init__(read_only=True, **about)

    def to_representation(self, value: Message | str) -> str:
        return words(value)


@extend_schema_field(serializers.CharField(read_only=True))
class CodeField(serializers.Field[Any, Any, Any, Any]):
    """The code of a message; empty without a message."""

    def __init__(self, **about: Any) -> None:
        super().__init__(read_only=True, **about)

    def to_representation(self, value: Message | str) -> str:
        return code_of(value)


@extend_schema_field({})
class VerdictField(serializers.Field[Any, Any, Any, Any]):
    """The promotion rule's figures; reason, gates and rules as texts and as codes."""

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return shown_verdict(value)
