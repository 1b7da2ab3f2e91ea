"""Fills a site with rows of every kind, once; runs under the site's own settings."""

from dataclasses import replace
from typing import Any

from django.apps import apps
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions.deployment import register_version
from recognizer.models import Deployment, Drawing, Job, ModelVersion, ReadingJob, User, Worker
from tests.pages.full_site import NOW, batches, jobs, labels, pages, retrained
from tests.pages.rows import serve


def fill() -> dict[str, Any]:
    """Fill the site. Return names of rows with their ids, sessions, and a reset link."""
    owner, trainer = (User.objects.get(username=name) for name in ("owner", "trainer"))
    first = ModelVersion.objects.get()
    about, shipped = retrained(), bundles.shipped()
    measured = replace(shipped, card=shipped.card | {"metrics": about.pop("metrics")})
    second = register_version(bundle=measured, parent=first, **about)
    serve(second, Deployment.Kind.OVERRIDE, "It reads this class.")
    labels(owner, trainer, first, second)
    jobs(trainer, first, second)
    batches(owner, first)
    pages(owner, first)
    Worker.objects.create(name="1", started_at=NOW, seen_at=NOW)
    drawings = {f"drawing_{each.label}": each.pk for each in Drawing.objects.all()}
    gold = Drawing.objects.filter(pk=drawings["drawing_7"])
    gold.update(gold_at=NOW, gold_by=trainer)
    found = {f"{each.kind}_{each.status}": each.pk for each in Job.objects.all()}
    found |= {f"{each.kind}_{each.status}": each.pk for each in ReadingJob.objects.all()}
    models = apps.get_app_config("recognizer").get_models()
    newest = {each._meta.model_name: each.objects.first() for each in models}
    rows = {name: row.pk for name, row in newest.items() if row}
    sessions = {user.username: session_of(user) for user in (owner, trainer)}
    ways_in = {"sessions": sessions, "reset": reset_link(owner)}
    return {**rows, **drawings, **found, **ways_in, "failed": failed()}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def reset_link(user: User) -> str:
    """Return the part of a reset link after /accounts/reset/."""
    user.refresh_from_db()  # signing in invalidates earlier tokens
    return (
        f"{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}"
    )


def failed() -> dict[str, str]:
    """Return the page for status 500, by language."""
    pages = {}
    for language in ("en", "de"):
        with override(language):
            pages[language] = render_to_string("500.html")
    return pages
