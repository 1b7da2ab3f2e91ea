"""Which names an account may have: none that looks like another one's."""

import unicodedata

from django.utils.translation import gettext as _

from recognizer.errors import Conflict, Refused
from recognizer.models import User
from recognizer.models.users import key_of

# Scripts that are written together in one word; all others stand alone.
WRITTEN_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})
# Letters of other scripts that look like Latin ones. A name of nothing else looks Latin.
LIKE_LATIN = frozenset("аеорсухіјѕԁԛԝһӏѵανορυικχγ")
# Latin letters of phonetic alphabets that look like those of others.
PHONETIC = frozenset("ɑɡɩʟᴀʙᴄᴅᴇɢʜᴊᴋᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")


def require_clear_name(name: str, *, person: User | None = None) -> None:
    """Raise Refused if the name looks like others may, Conflict if it is another account's.

    person: who has the name already or is to get it.
    """
    key = key_of(name)
    if PHONETIC & set(key) or not (is_of_one_script(key) or is_written_together(key)):
        raise Refused(
            _("Use letters of one alphabet and the digits 0 to 9, so that nobody is mistaken.")
        )
    letters = {letter for letter in key if letter.isalpha()}
    if letters and letters <= LIKE_LATIN:
        raise Refused(_("This name looks like one in Latin letters. Choose another one."))
    same = User.objects.filter(name_key=key)
    if person and person.pk:
        same = same.exclude(pk=person.pk)
    if same.exists():
        raise Conflict(str(User._meta.get_field("username").error_messages["unique"]))


def is_of_one_script(key: str) -> bool:
    return len(scripts_of(key)) <= 1


def is_written_together(key: str) -> bool:
    return any(scripts_of(key) <= scripts for scripts in WRITTEN_TOGETHER)


def scripts_of(key: str) -> set[str]:
    """Return the scripts of the letters and digits, without those of ASCII digits."""
    letters = (each for each in key if each.isalnum() and not (each.isascii() and each.isdigit()))
    return {unicodedata.name(each, "?").partition(" ")[0].partition("-")[0] for each in letters}
