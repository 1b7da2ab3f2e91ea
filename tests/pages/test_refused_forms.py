"""A refused form is shown again: open, with its values, and with the error at its field."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from recognizer.actions.accounts.tokens import MAX_TOKENS
from recognizer.actions.labels.label_history import label_drawing
from recognizer.errors import TooMany
from recognizer.models import ApiToken, Correction, Job, ModelVersion, User, Worker
from recognizer.pages.accounts import sign_in
from recognizer.pages.versions import versions
from tests.conftest import signed_in, without_hints
from tests.pages.rows import make_drawing, make_version, serve

STOPPED = {"passed": False, "reason": "Failed gates: Forms.", "gates": [{"name": "Forms"}]}
LONG = "<i>because</i> " + "x" * 300


def form_of(client: Client, action: str, values: dict[str, str], status: int = 400) -> str:
    """Post values to an action, and return the open menu with the form from the response."""
    response = client.post(action, values)
    assert response.status_code == status
    page = without_hints(response.content.decode())
    [menu] = [
        menu
        for menu in re.findall(r"<details\b.*?</details>", page)
        if f'action="{action}"' in menu
    ]
    assert re.match(r"<details[^>]* open>", menu)
    assert page.count(" open>") == 1
    return menu


@pytest.fixture
def second(first: ModelVersion) -> ModelVersion:
    return make_version(2, parent=first, verdict=STOPPED)


def test_a_promotion_without_a_reason(second: ModelVersion, trainer: User) -> None:
    menu = form_of(signed_in(trainer), "/versions/2/promote/", {"reason": " "})
    assert '<ul class="field-errors" id="reason-2-error"><li>Failed gates: Forms.' in menu
    assert 'aria-describedby="reason-2-error"' in menu


def test_a_promotion_with_a_reason_that_is_too_long(second: ModelVersion, trainer: User) -> None:
    menu = form_of(signed_in(trainer), "/versions/2/promote/", {"reason": LONG})
    assert "<li>A reason has at most 300 characters.</li>" in menu
    assert 'value="&lt;i&gt;because&lt;/i&gt; xxx' in menu


def test_a_promotion_over_a_version_that_the_person_has_not_seen(
    second: ModelVersion, trainer: User
) -> None:
    serve(make_version(3))
    asked = {"reason": "better sevens", "expected_serving": "1"}
    menu = form_of(signed_in(trainer), "/versions/2/promote/", asked, status=409)
    assert "<li>Version 3 is serving now. Check again first.</li>" in menu
    assert 'value="better sevens"' in menu
    assert 'name="expected_serving" value="3"' in menu  # the page shows version 3 now


def test_a_promotion_from_a_later_page(
    second: ModelVersion, trainer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "PAGE_SIZE", 1)
    for number in (3, 4):
        make_version(number)
    menu = form_of(signed_in(trainer), "/versions/2/promote/", {"reason": LONG})
    assert "A reason has at most 300 characters." in menu


def test_a_roll_back_without_a_reason(
    first: ModelVersion, second: ModelVersion, trainer: User
) -> None:
    serve(second)
    ModelVersion.objects.filter(pk=first.pk).update(verdict=STOPPED)
    menu = form_of(signed_in(trainer), "/versions/roll-back/", {"reason": "  "})
    assert "Version 1 did not pass the gates; a reason is needed." in menu
    menu = form_of(signed_in(trainer), "/versions/roll-back/", {"reason": LONG})
    assert "<li>A reason has at most 300 characters.</li>" in menu
    assert 'value="&lt;i&gt;because&lt;/i&gt; xxx' in menu


def test_a_training_keeps_what_was_chosen_and_typed(
    first: ModelVersion, trainer: User, db: None
) -> None:
    now = timezone.now()
    Worker.objects.create(name="w", started_at=now, seen_at=now, has_mnist=True)
    typed = {"architecture": "mlp", "epochs": "many", "seed": "41"}
    menu = form_of(signed_in(trainer), "/jobs/train/", typed)
    assert '<ul class="field-errors" id="id_epochs_error"><li>Enter a whole number.</li>' in menu
    assert 'value="many"' in menu
    assert 'value="41"' in menu
    assert re.search(r'value="mlp"[^>]* checked', menu)
    assert not Job.objects.exists()


def test_a_re_scoring_keeps_the_version_and_says_why_not(
    first: ModelVersion, trainer: User
) -> None:
    make_version(2)
    menu = form_of(signed_in(trainer), "/jobs/rescore/", {"version": "2"}, status=409)
    assert '<option value="2" selected>' in menu
    assert "<li>Version 2 has already answered every drawing.</li>" in menu


@pytest.mark.parametrize(
    ("reason", "words"),
    [("", "This field is required."), (LONG, "A reason has at most 300 characters.")],
)
def test_a_withdrawal(
    first: ModelVersion, owner: User, reviewer: User, reason: str, words: str
) -> None:
    drawing = make_drawing(owner)
    label = label_drawing(drawing=drawing, by=reviewer, label=7, source="admin")
    action = f"/corrections/{label.pk}/withdraw/"

    menu = form_of(signed_in(reviewer), action, {"reason": reason})

    assert f"<li>{words}</li>" in menu
    assert f'value="{reason[:3]}'.replace("<", "&lt;").replace(">", "&gt;") in menu
    assert Correction.objects.get().state == "approved"


def test_a_token_too_many(owner: User) -> None:
    ApiToken.objects.bulk_create(
        ApiToken(owner=owner, name="one", prefix="a", digest=str(n)) for n in range(MAX_TOKENS)
    )
    response = signed_in(owner).post("/account/tokens/", {"name": "a <laptop>", "scopes": "read"})
    words = " ".join(response.content.decode().split())
    assert response.status_code == 409
    assert "<li>You already have 50 tokens. Revoke one first.</li>" in words
    assert 'value="a &lt;laptop&gt;"' in words


def test_deleting_the_last_administrator(administrator: User) -> None:
    response = signed_in(administrator).post("/account/delete/", {"password": "correct horse"})
    assert response.status_code == 409
    assert "You are the last administrator." in response.content.decode()
    assert "Permanently deleted" in response.content.decode()


@pytest.mark.parametrize("number", ["2x<6", "1" * 30])
def test_a_number_that_is_no_label_stays_in_its_field(
    first: ModelVersion, owner: User, number: str
) -> None:
    drawing = make_drawing(owner)
    response = signed_in(owner).post(f"/drawings/{drawing.pk}/label/", {"number": number})
    words = " ".join(response.content.decode().split())

    assert response.status_code == 400
    assert (
        f'name="number" data-number form="number-form" value="{escape(number)}" aria-inv' in words
    )
    assert '<ul class="field-errors" id="number-error"><li>A label is a digit from 0' in words
    assert not Correction.objects.exists()


def test_what_was_selected_and_typed_for_several_drawings_stays(
    first: ModelVersion, owner: User, reviewer: User
) -> None:
    one, two = make_drawing(owner), make_drawing(owner)
    address = "/drawings/selected/label/?label=none"
    response = signed_in(owner).post(address, {"drawings": one.pk, "number": "2x6"})
    words = " ".join(response.content.decode().split())
    assert response.status_code == 400
    assert "A label is a digit from 0 to 9" in words
    assert f'value="{one.pk}" checked' in words
    assert f'value="{two.pk}" checked' not in words
    assert 'name="number" value="2x6" aria-invalid="true"' in words
    assert '<option value="none" selected>' in words

    address = "/drawings/selected/reject/?everybody=1"
    typed = {"drawings": two.pk, "reason": LONG, "everybody": "1"}
    response = signed_in(reviewer).post(address, typed)
    words = " ".join(response.content.decode().split())
    assert response.status_code == 400
    assert "A reason has at most 300 characters." in words
    assert f'value="{two.pk}" checked' in words
    assert 'name="reason" value="&lt;i&gt;because' in words


def test_asking_for_second_labels(first: ModelVersion, reviewer: User) -> None:
    for count, status, words in (
        ("many", 400, "Enter a whole number."),
        ("7", 409, "Reviewers have decided about no drawing"),
    ):
        response = signed_in(reviewer).post("/review/agreement/", {"count": count})
        assert response.status_code == status
        assert words in response.text
        assert f'value="{count}"' in response.text


def test_comparing_a_version_with_itself(
    first: ModelVersion, second: ModelVersion, owner: User
) -> None:
    response = signed_in(owner).get("/versions/compare/?before=2&after=2")
    assert response.status_code == 400
    assert "Choose two different versions." in response.text
    assert response.text.count('<option value="2" selected>') == 2


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/accounts/sign-up/", {"username": "new<one>", "password1": "secret words"}),
        ("/accounts/password_reset/", {"email": "a<b@example.org"}),
    ],
)
def test_too_many_requests_lose_nothing_but_passwords(
    db: None, monkeypatch: pytest.MonkeyPatch, address: str, typed: dict[str, str]
) -> None:
    def refuse(request: object, scope: str) -> None:
        raise TooMany("Too many requests.", wait=70)

    monkeypatch.setattr(sign_in, "limit", refuse)
    response = Client().post(address, typed)

    assert (response.status_code, response["Retry-After"]) == (429, "70")
    assert "<span>Too many requests.</span>" in response.text
    assert f'value="{escape(next(iter(typed.values())))}"' in response.text
    assert "secret words" not in response.text
    assert not User.objects.exists()
