"""What is kept for a person, and what is refused beyond that."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recognizer.actions.drawings import recognition
from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.actions.drawings.quota import usage_of
from recognizer.actions.drawings.recognition import read_picture, read_strokes
from recognizer.actions.drawings.retention import remove_expired_drawings
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.exchange.export_drawings import export_file
from recognizer.actions.exchange.import_drawings import import_drawings, site_limits
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.errors import QuotaReached
from recognizer.models import Answer, BatchPicture, Drawing, ReadingJob, User
from recognizer.presentation.messages import in_english
from tests.actions.reading.files import picture
from tests.api.client import DRAWN, post, problem
from tests.conftest import ONE, SEVEN, signed_in, words_of

Draw = Callable[..., Drawing]
pytestmark = pytest.mark.usefixtures("version", "woken")


def test_one_drawing_too_many_is_refused_with_figures(
    settings: Any, owner: User, stranger: User, draw: Draw
) -> None:
    settings.QUOTA_DRAWINGS = 2
    draw(owner)
    draw(owner)

    refused = post(signed_in(owner), "drawings/", DRAWN)

    assert problem(refused) == (409, "quota")
    said = "You would have 3 drawings; at most 2 are kept for a person."
    assert said in refused.json()["error"]["message"]
    assert (Drawing.objects.count(), Answer.objects.count()) == (2, 2)
    draw(stranger)  # others have room of their own


def test_bytes_are_limited_too(settings: Any, owner: User, draw: Draw) -> None:
    size = draw(owner).size
    settings.QUOTA_MB = 1
    Drawing.objects.update(size=1024**2 - size)
    User.objects.update(bytes_kept=None)
    draw(owner)
    with pytest.raises(QuotaReached, match=r"would take 1\.0 MB; at most 1 MB"):
        draw(owner)


def test_without_quotas_nothing_is_limited(settings: Any, owner: User, draw: Draw) -> None:
    settings.QUOTA_DRAWINGS = settings.QUOTA_MB = 0
    draw(owner)
    Drawing.objects.update(size=2**31 - 1)
    draw(owner)
    assert Drawing.objects.owned_by(owner).count() == 2


@pytest.fixture
def file(stranger: User, draw: Draw) -> bytes:
    for strokes in (SEVEN, ONE):
        draw(stranger, strokes)
    file = export_file(drawings=Drawing.objects.owned_by(stranger), name="ndjson")
    return b"".join(file.pieces)


def test_an_import_that_does_not_fit_stores_nothing(
    settings: Any, owner: User, file: bytes
) -> None:
    settings.QUOTA_DRAWINGS = 1
    with pytest.raises(QuotaReached):
        import_drawings(owner=owner, file=BytesIO(file), limits=site_limits())
    sent = {"file": SimpleUploadedFile("drawings.ndjson", file)}
    page = signed_in(owner).post("/drawings/import/", sent)
    assert page.status_code == 409
    assert "You would have 2 drawings" in page.content.decode()
    assert not Drawing.objects.owned_by(owner).exists()
    import_drawings(owner=owner, file=BytesIO(file))  # by manage.py


def ones(count: int) -> list[Incoming]:
    return [Incoming(f"{number}.png", picture()) for number in range(count)]


def test_a_batch_that_cannot_be_saved_is_refused(settings: Any, owner: User) -> None:
    settings.QUOTA_DRAWINGS = 1
    with pytest.raises(QuotaReached):
        request_batch(owner=owner, files=ones(2), save_drawings=True)
    assert not ReadingJob.objects.exists()
    request_batch(owner=owner, files=ones(2))


def test_a_batch_without_room_is_read_and_says_what_was_not_saved(
    settings: Any, owner: User
) -> None:
    job = request_batch(owner=owner, files=ones(3), save_drawings=True)
    settings.QUOTA_DRAWINGS = 1

    run_reading_job(job_id=job.pk)

    read = list(BatchPicture.objects.order_by("index"))
    assert [each.text for each in read] == ["1", "1", "1"]
    assert [each.drawing_id is not None for each in read] == [True, False, False]
    assert in_english(read[1].reason).startswith("You would have 2 drawings")
    assert Drawing.objects.count() == 1


def test_the_account_page_and_the_administration_show_the_usage(
    settings: Any, owner: User, administrator: User, draw: Draw
) -> None:
    settings.QUOTA_DRAWINGS, settings.QUOTA_MB = 1500, 0
    draw(owner)
    Drawing.objects.update(size=3 * 1024**2)
    User.objects.update(bytes_kept=None)
    assert "1 of 1,500 drawings · 3.0 MB" in words_of(owner, "/account/")
    row = words_of(administrator, "/admin/recognizer/user/")
    assert '<td class="field-megabytes">3.0</td>' in row


def test_the_migration_measures_as_saving_does(owner: User, draw: Draw) -> None:
    draw(owner)
    save_drawing(owner=owner, ink=read_picture(picture()))
    before = usage_of(owner)
    Drawing.objects.update(size=0)
    User.objects.update(bytes_kept=None)
    import_module("recognizer.migrations.0005_quota_and_keys").measure(apps, None)
    assert usage_of(owner) == before
    assert before.size > 1000


def test_stored_strokes_have_no_needless_points_and_the_same_answer(owner: User) -> None:
    line = [{"x": 100.0, "y": float(y), "t": y, "p": 0.5} for y in range(0, 400, 2)]
    bent = [*line, *({"x": 100.0 + x, "y": 400.0 + x} for x in range(0, 200, 2))]
    sent = read_strokes([bent])

    drawing = save_drawing(owner=owner, ink=sent)

    assert drawing.strokes is not None
    (stroke,) = drawing.strokes
    assert len(stroke) == 3
    assert stroke[0] == {"x": 100.0, "y": 0.0, "t": 0.0, "p": 0.5}
    assert read_strokes(drawing.strokes).as_bytes == bytes(drawing.network_input)
    again = save_drawing(owner=owner, ink=read_strokes(drawing.strokes))
    assert again.strokes == drawing.strokes


def test_all_points_are_stored_where_the_answer_would_change(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seven = SEVEN[0] + SEVEN[1]
    shorter = [np.array([[200, 80, np.nan, np.nan], [150, 300, np.nan, np.nan]])]
    monkeypatch.setattr(recognition, "simplified", lambda sent: shorter)
    drawing = save_drawing(owner=owner, ink=read_strokes([seven]))
    assert drawing.answer is not None
    assert drawing.answer.label == 7
    assert len((drawing.strokes or [])[0]) == len(seven)


def test_a_drawing_of_an_earlier_release_is_not_imported_again(owner: User, draw: Draw) -> None:
    drawing = draw(owner)
    all_points = [[[100.0, float(y)] for y in range(0, 400, 2)]]
    Drawing.objects.filter(pk=drawing.pk).update(strokes=read_strokes(all_points).strokes)
    exported = b"".join(export_file(drawings=Drawing.objects.all(), name="ndjson").pieces)
    assert import_drawings(owner=owner, file=BytesIO(exported)).duplicates == 1


def test_a_visitor_has_no_quota(settings: Any) -> None:
    settings.QUOTA_DRAWINGS = 1
    assert post(Client(), "recognize/", DRAWN).status_code == 200


def counted(person: User) -> tuple[int, int]:
    sizes = Drawing.objects.filter(owner=person).values_list("size", flat=True)
    return len(sizes), sum(sizes)


def kept(person: User) -> tuple[int, int]:
    usage = usage_of(person)
    return usage.drawings, usage.size


def test_counts_are_stored_with_the_drawings(
    owner: User, draw: Draw, django_assert_num_queries: Callable
) -> None:
    draw(owner)
    draw(owner, ONE)
    with django_assert_num_queries(1):
        assert usage_of(owner).drawings == 2
    assert kept(owner) == counted(owner)

    pieces = export_file(drawings=Drawing.objects.all(), name="ndjson").pieces
    exported = BytesIO(b"".join(pieces))
    delete_drawings(owner=owner, ids=[Drawing.objects.latest("pk").pk])
    assert kept(owner) == counted(owner)
    assert kept(owner)[0] == 1
    import_drawings(owner=owner, file=exported, limits=site_limits())
    assert kept(owner) == counted(owner)
    assert kept(owner)[0] == 2


def test_drawings_that_were_never_counted_are(owner: User, draw: Draw) -> None:
    draw(owner)
    User.objects.update(drawings_kept=None, bytes_kept=None)

    draw(owner)

    assert kept(owner) == counted(owner)
    assert User.objects.get(pk=owner.pk).drawings_kept == 2


def test_a_batch_counts_what_it_saves(owner: User) -> None:
    files = [Incoming(f"{number}.png", picture()) for number in range(2)]
    job = request_batch(owner=owner, files=files, save_drawings=True)
    run_reading_job(job_id=job.pk)
    assert kept(owner) == counted(owner)
    assert kept(owner)[0] == 2


def test_old_drawings_that_are_removed_are_not_counted(
    settings: Any, owner: User, draw: Draw
) -> None:
    settings.UNLABELED_DAYS = 1
    draw(owner)
    Drawing.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert remove_expired_drawings(most=10) == 1
    assert kept(owner) == (0, 0)


def test_the_migration_counts_what_is_kept(owner: User, stranger: User, draw: Draw) -> None:
    draw(owner)
    draw(owner)
    User.objects.update(drawings_kept=None, bytes_kept=None)

    import_module("recognizer.migrations.0007_tallies").count(apps, None)

    rows = User.objects.values_list("pk", "drawings_kept", "bytes_kept")
    assert set(rows) == {(owner.pk, *counted(owner)), (stranger.pk, 0, 0)}
