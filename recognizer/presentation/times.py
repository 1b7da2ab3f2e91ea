"""The formats of times. The catalog translates them: "j F Y" is "j. F Y" in German."""

from typing import Any

from django.utils.translation import pgettext_lazy

# In Django's format characters.
FORMATS: dict[str, Any] = {
    "day": pgettext_lazy("date format", "j F Y"),
    "short day": pgettext_lazy("date format", "j M Y"),
    "day of year": pgettext_lazy("date format", "j M"),
    "long": pgettext_lazy("date format", "j F Y, H:i"),
    "short": pgettext_lazy("date format", "j M Y, H:i"),
    "recent": pgettext_lazy("date format", "j M, H:i"),
    "to the second": pgettext_lazy("date format", "j M Y, H:i:s"),
    "time of day": pgettext_lazy("date format", "H:i:s"),
}
