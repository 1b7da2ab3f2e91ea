"""The parser of EMAIL_URL, the mail server that the site uses.

environs' parser (dj-email-url) is not used: it does not encrypt for smtp://, it uses STARTTLS for
smtps://, and it refuses no value.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import QUOTING, splits

BACKENDS = "django.core.mail.backends"
PORTS = {"smtp": 587, "smtps": 465, "smtp-plain": 25}
ALLOWED = (
    "smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), "
    "smtp-plain://host:25 (no encryption, for a relay in your own network), or console:"
)


@dataclass(frozen=True)
class Mail:
    """The values of Django's EMAIL_ settings."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False  # STARTTLS
    use_ssl: bool = False


def read_mail_url(url: str) -> Mail:
    """Parse EMAIL_URL. Without a URL no mail is sent.

    Raises ImproperlyConfigured without the URL in its message, since it may contain a password.
    """
    if not url:
        return Mail(f"{BACKENDS}.dummy.EmailBackend")
    if url == "console:":
        return Mail(f"{BACKENDS}.console.EmailBackend")
    if not splits(url) or (parts := urlsplit(url)).scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read. Allowed: {ALLOWED}. {QUOTING}")
    return Mail(
        f"{BACKENDS}.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp",
        use_ssl=parts.scheme == "smtps",
    )
