"""The JSON types of values in requests. REST framework converts 0 to false, and 5 to "5"."""

from typing import Any

from rest_framework import serializers

Field = serializers.Field[Any, Any, Any, Any]

TYPES: dict[type[Field], tuple[type, ...]] = {
    serializers.BooleanField: (bool,),
    serializers.IntegerField: (int, float),  # 5.0 is an integer in JSON; the field refuses 5.5
    serializers.FloatField: (int, float),
    serializers.CharField: (str,),
    serializers.ChoiceField: (str,),
    serializers.UUIDField: (str,),
}


def wrong_types(field: Field, value: object) -> Any:
    """Return the errors of values with another JSON type, as a ValidationError has them.

    Empty if there are none. null and shapes are left to the fields.
    """
    match field:
        case serializers.Serializer() if isinstance(value, dict):
            inner = {
                name: wrong_types(child, value[name])
                for name, child in field.fields.items()
                if name in value
            }
            return {name: errors for name, errors in inner.items() if errors}
        case serializers.ListField() if isinstance(value, list):
            items = {i: wrong_types(field.child, item) for i, item in enumerate(value)}
            return {i: errors for i, errors in items.items() if errors}
        case _:
            return [] if value is None or _has_type(field, value) else [_refusal(field, value)]


def _has_type(field: Field, value: object) -> bool:
    allowed = [types for kind, types in TYPES.items() if isinstance(field, kind)]
    if isinstance(value, bool):
        return all(bool in types for types in allowed)
    return all(isinstance(value, types) for types in allowed)


def _refusal(field: Field, value: object) -> str:
    if isinstance(field, serializers.ChoiceField):
        return str(field.error_messages["invalid_choice"]).format(input=value)
    if isinstance(field, serializers.RegexField):  # its own words are about the pattern
        return str(serializers.CharField.default_error_messages["invalid"])
    return str(field.error_messages["invalid"])
