"""A person's own account: e-mail address, export of all data, and deletion."""

import base64
import io
import json
import random
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client

from recognizer.actions.accounts import personal_archive
from recognizer.actions.accounts.deletion import delete_account
from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.exchange import streamed_zip
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.actions.labels.review_decisions import review_drawing
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming
from recognizer.actions.reading.pages import correct_cell, request_pages
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.errors import Conflict
from recognizer.models import Answer, ApiToken, Correction, Drawing, ModelVersion, Review, User
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import sheet
from tests.conftest import person, signed_in
from tests.pages.rows import answered, make_drawing, make_job, serve

PASSWORD = {"password": "correct horse"}

# E-mail address -----------------------------------------------------------------------------------


def test_the_address_is_changed_with_the_password(owner: User) -> None:
    response = signed_in(owner).post("/account/", {"email": "me@EXAMPLE.org", **PASSWORD})

    owner.refresh_from_db()
    assert response["Location"] == "/account/"
    assert owner.email == "me@example.org"


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"password": "a guess"}, "This is not your password."),
        ({"email": "nowhere"}, "Enter a valid email address."),
    ],
)
def test_a_wrong_address_or_password_changes_nothing(
    owner: User, wrong: dict[str, str], complaint: str
) -> None:
    form = {"email": "me@example.org", **PASSWORD, **wrong}
    response = signed_in(owner).post("/account/", form)

    owner.refresh_from_db()
    assert response.status_code == 400
    assert complaint in response.content.decode()
    assert owner.email == ""


# Export -------------------------------------------------------------------------------------------


def downloaded(client: Client) -> ZipFile:
    response = client.get("/account/export.zip")
    assert response["Content-Type"] == "application/zip"
    assert response.streaming
    return ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]


def lines(zip_file: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in zip_file.read(name).splitlines()]


def test_the_export_has_strokes_answers_labels_and_pictures(
    first: ModelVersion, owner: User, reviewer: User, stranger: User
) -> None:
    drawn = make_drawing(owner)
    answered(drawn, first, 1)
    label_drawing(drawing=drawn, by=owner, label=7, source="studio")
    label_drawing(drawing=drawn, by=reviewer, label=2, source="admin")
    Review.objects.create(correction=drawn.corrections.last(), by=reviewer, verdict="rejected")
    sent = make_drawing(owner, source="upload", strokes=None, picture=b"\x89PNG pixels")
    make_drawing(stranger)

    zip_file = downloaded(signed_in(owner))

    assert zip_file.testzip() is None
    record, upload = lines(zip_file, "drawings.ndjson")
    assert (record["id"], upload["id"]) == (drawn.pk, sent.pk)
    assert record["strokes"] == drawn.strokes
    assert base64.b64decode(record["network_input"]) == bytes(drawn.network_input)
    assert [(each["version"], each["answer"]) for each in record["answers"]] == [(1, 1)]
    assert [(each["to"], each["by_you"]) for each in record["labels"]] == [(7, True), (2, False)]
    assert [each["verdict"] for each in record["labels"][0]["reviews"]] == ["rejected"]
    assert zip_file.read(f"pictures/{sent.pk}.png") == b"\x89PNG pixels"
    assert json.loads(zip_file.read("account.json"))["username"] == "owner"


def test_the_export_has_ones_labels_of_others_drawings_without_names(
    owner: User, reviewer: User
) -> None:
    drawing = make_drawing(owner)
    label_drawing(drawing=drawing, by=reviewer, label=3, source="admin")

    zip_file = downloaded(signed_in(reviewer))

    (given,) = lines(zip_file, "labels.ndjson")
    assert (given["drawing"], given["to"]) == (drawing.pk, 3)
    assert lines(zip_file, "drawings.ndjson") == []
    everything = b"".join(zip_file.read(name) for name in zip_file.namelist())
    assert b"owner" not in everything


def test_the_export_has_what_a_reviewer_decided(owner: User, reviewer: User) -> None:
    drawing = make_drawing(owner)
    waiting = label_drawing(drawing=drawing, by=owner, label=3, source="studio")
    review_corrections(
        corrections=[waiting], by=reviewer, verdict="rejected", reason="this is an 8"
    )
    number = make_drawing(owner)
    label_drawing(drawing=number, by=owner, label="3.5", source="studio")
    review_drawing(
        drawing=number,
        by=reviewer,
        correction=number.corrections.get().pk,
        label="3.5",
        key=uuid4(),
    )

    zip_file = downloaded(signed_in(reviewer))

    reviews = [
        (each["drawing"], each["label"], each["verdict"], each["reason"])
        for each in lines(zip_file, "reviews.ndjson")
    ]
    assert reviews == [
        (drawing.pk, 3, "rejected", "this is an 8"),
        (number.pk, "3.5", "approved", ""),
    ]
    (decision,) = lines(zip_file, "decisions.ndjson")
    assert (decision["drawing"], decision["why"], decision["verdict"]) == (
        number.pk,
        "label",
        "approved",
    )
    for name in ("reviews.ndjson", "decisions.ndjson"):
        assert lines(downloaded(signed_in(owner)), name) == []


def test_the_export_has_the_results_of_batches(
    owner: User, stranger: User, version: ModelVersion
) -> None:
    for by in (owner, stranger):
        files = [
            Incoming("1.png", picture()),
            Incoming(".DS_Store", reason={"code": "hidden_file"}),
        ]
        run_reading_job(job_id=request_batch(owner=by, files=files).pk)

    results = lines(downloaded(signed_in(owner)), "batches.ndjson")

    assert [(each["name"], each["status"], each["text"]) for each in results] == [
        ("1.png", "read", "1"),
        (".DS_Store", "skipped", ""),
    ]


def test_the_export_has_pages_with_their_cells(
    owner: User, stranger: User, version: ModelVersion
) -> None:
    for by in (owner, stranger):
        (job,) = request_pages(owner=by, name="marks.png", file=sheet())
        run_reading_job(job_id=job.pk)
        correct_cell(job=job, row=0, column=0, text="11")

    zip_file = downloaded(signed_in(owner))

    (page,) = lines(zip_file, "pages.ndjson")
    assert (page["name"], page["status"], page["kind"]) == ("marks.png", "succeeded", "table")
    assert [page["rows"][0][0][key] for key in ("read", "correction")] == ["17", "11"]
    pictures = [name for name in zip_file.namelist() if name.startswith("pages/")]
    assert pictures == [f"pages/{page['page']}.png"]
    assert zip_file.read(pictures[0]).startswith(b"\x89PNG")


def test_the_export_has_no_secrets(owner: User) -> None:
    _, secret = create_token(owner=owner, name="laptop")
    zip_file = downloaded(signed_in(owner))

    account = json.loads(zip_file.read("account.json"))
    assert account["api_tokens"] == ["laptop"]
    digest = ApiToken.objects.get().digest
    for kept in (secret, digest, owner.password):
        assert kept not in zip_file.read("account.json").decode()


def test_the_export_is_streamed(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_zip, "CHUNK", 5000)
    for seed in range(5):
        picture = random.Random(seed).randbytes(8000)  # random bytes cannot be compressed
        make_drawing(owner, source="upload", strokes=None, picture=picture)

    pieces = list(personal_archive.archive(owner))

    assert len(pieces) >= 5
    assert max(map(len, pieces)) < 20_000


def test_no_piece_is_empty(owner: User) -> None:
    """An empty piece would end the response in chunked transfer encoding."""
    make_drawing(owner)

    assert all(personal_archive.archive(owner))


# Deletion -----------------------------------------------------------------------------------------


def test_deleting_needs_the_password(owner: User) -> None:
    make_drawing(owner)
    response = signed_in(owner).post("/account/delete/", {"password": "a guess"})

    assert response.status_code == 400
    assert "This is not your password." in response.content.decode()
    assert Drawing.objects.count() == 1
    assert User.objects.filter(pk=owner.pk).exists()


def test_all_data_of_the_person_is_deleted(
    first: ModelVersion, owner: User, stranger: User, reviewer: User
) -> None:
    mine, theirs = make_drawing(owner), make_drawing(stranger)
    answered(mine, first, 1)
    answered(theirs, first, 1)
    label_drawing(drawing=mine, by=owner, label=7, source="studio")
    label_drawing(drawing=mine, by=reviewer, label=7, source="admin")
    _, secret = create_token(owner=owner, name="laptop")
    client = signed_in(owner)

    response = client.post("/account/delete/", PASSWORD)

    assert response["Location"] == "/"
    assert "Your account and your drawings are deleted." in client.get("/").content.decode()
    assert list(Drawing.objects.all()) == [theirs]
    assert list(Answer.objects.values_list("drawing", flat=True)) == [theirs.pk]
    assert not Correction.objects.exists()
    headers = {"authorization": f"Token {secret}"}
    assert Client().get("/api/v1/drawings/", headers=headers).status_code == 401
    assert not User.objects.filter(username="owner").exists()


def test_data_that_others_need_stays_without_a_name(
    first: ModelVersion, owner: User, reviewer: User, stranger: User
) -> None:
    mine, theirs = make_drawing(reviewer), make_drawing(owner)
    label_drawing(drawing=mine, by=reviewer, label=7, source="studio")
    label_drawing(drawing=theirs, by=reviewer, label=3, source="admin")
    first.learned_from.set(Correction.objects.all())
    job = make_job(requested_by=reviewer)
    serve(first, kind="promotion", reason="better")
    first.deployments.update(by=reviewer)

    signed_in(reviewer).post("/account/delete/", PASSWORD)

    theirs.refresh_from_db()
    job.refresh_from_db()
    assert (theirs.label, theirs.label_state) == (3, "approved")
    (given,) = Correction.objects.all()
    assert (given.drawing, given.by) == (theirs, None)
    assert list(first.learned_from.all()) == [given]
    assert job.requested_by is None
    assert set(first.deployments.values_list("by", flat=True)) == {None}
    page = signed_in(stranger).get(f"/jobs/{job.pk}/").content.decode()
    assert "manually" in page


def test_the_last_administrator_cannot_be_deleted(administrator: User) -> None:
    client = signed_in(administrator)

    assert "You are the last administrator" in client.get("/account/delete/").content.decode()
    assert client.post("/account/delete/", PASSWORD).status_code == 409
    assert User.objects.filter(pk=administrator.pk).exists()


def test_another_administrator_can_be_deleted(administrator: User) -> None:
    other = person("other", is_staff=True, is_superuser=True)

    assert signed_in(other).post("/account/delete/", PASSWORD).status_code == 302
    assert list(User.objects.all()) == [administrator]


def test_an_inactive_administrator_does_not_count(administrator: User) -> None:
    person("gone", is_staff=True, is_superuser=True, is_active=False)

    with pytest.raises(Conflict, match="last administrator"):
        delete_account(person=administrator)


def test_viewing_the_page_deletes_nothing(owner: User) -> None:
    assert signed_in(owner).get("/account/delete/").status_code == 200
    assert User.objects.filter(pk=owner.pk).exists()
