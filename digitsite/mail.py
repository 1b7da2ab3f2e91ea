"""EMAIL_URL, read: where the site's mails go.

environs' own parser (dj-email-url) does not encrypt for smtp://, means STARTTLS by smtps:// and
refuses nothing, so it is not used.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BACKENDS = "django.core.mail.backends"
PORTS = {"smtp": 587, "smtps": 465, "smtp-plain": 25}
ALLOWED = (
    "smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), "
    "smtp-plain://host:25 (no encryption, for a relay of one's own), or console:"
)


@dataclass(frozen=True)
class Mail:
    """What Django's EMAIL_ settings are to be."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False  # STARTTLS
    use_ssl: bool = False


def read_mail_url(url: str) -> Mail:
    """Raises ImproperlyConfigured, never with the address itself: it may hold a password.

    Without an address no mail is sent.
    """
    if not url:
        return Mail(f"{BACKENDS}.dummy.EmailBackend")
    if url == "console:":
        return Mail(f"{BACKENDS}.console.EmailBackend")
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in PORTS or not parts.hostname or port == -1:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read; allowed: {ALLOWED}.") from None
    return Mail(
        f"{BACKENDS}.smtp.EmailBackend",
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp",
        use_ssl=parts.scheme == "smtps",
    )
