import pytest
from django.core.exceptions import ImproperlyConfigured

from digitsite.mail import read_mail_url


def test_it_reads_a_server_with_starttls() -> None:
    mail = read_mail_url("smtp://digits%40example.org:p%3Aw@mail.example.org")
    assert (mail.host, mail.port, mail.user, mail.password) == (
        "mail.example.org",
        587,
        "digits@example.org",
        "p:w",
    )
    assert (mail.use_tls, mail.use_ssl) == (True, False)


def test_it_reads_a_server_with_tls_and_one_without() -> None:
    tls, plain = read_mail_url("smtps://mail.example.org:4650"), read_mail_url("smtp-plain://relay")
    assert (tls.port, tls.use_tls, tls.use_ssl) == (4650, False, True)
    assert (plain.port, plain.use_tls, plain.use_ssl) == (25, False, False)


def test_it_reads_the_console_and_an_empty_value() -> None:
    assert read_mail_url("console:").backend.endswith("console.EmailBackend")
    assert read_mail_url("").backend.endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    "url", ["mail.example.org", "imap://u:secret@host", "smtp://", "smtp://u:secret@host:lots"]
)
def test_the_error_shows_the_allowed_formats_and_not_the_value(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"Allowed: smtp://") as refused:
        read_mail_url(url)
    assert "u:secret" not in str(refused.value)
    assert refused.value.__cause__ is None
