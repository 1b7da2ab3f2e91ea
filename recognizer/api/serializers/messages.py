"""Messages in an answer of the API: words in the asker's language, and the codes beside them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mlcore.messages import Message
from recognizer.presentation.messages import code_of, shown_result, shown_verdict, words


@extend_schema_field(serializers.CharField(read_only=True))
class WordsField(serializers.Field[Any, Any, Any, Any]):
    """A message in words, or what a person wrote."""

    def __init__(self, **about: Any) -> None:
        super().__init__(read_only=True, **about)

    def to_representation(self, value: Message | str) -> str:
        return words(value)


@extend_schema_field(serializers.CharField(read_only=True))
class CodeField(serializers.Field[Any, Any, Any, Any]):
    """The code of a message; empty where there is none."""

    def __init__(self, **about: Any) -> None:
        super().__init__(read_only=True, **about)

    def to_representation(self, value: Message | str) -> str:
        return code_of(value)


@extend_schema_field({})
class VerdictField(serializers.Field[Any, Any, Any, Any]):
    """The promotion rule's figures, with reason, gates and rules in words and as codes."""

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return shown_verdict(value)


@extend_schema_field({})
class ResultField(serializers.Field[Any, Any, Any, Any]):
    """What came of a job; its verdict as VerdictField has it."""

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return shown_result(value)
