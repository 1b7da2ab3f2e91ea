"""A drawing's page: which labels count, withdrawals, and gold; and the pages of versions."""

from typing import Any

import pytest
from django.test import Client

from recognizer import codes
from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.labels.label_history import label_drawing, withdraw_approval
from recognizer.models import Correction, Drawing, ModelVersion, User
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_drawing, make_version


@pytest.fixture
def drawing(owner: User, first: ModelVersion) -> Drawing:
    return make_drawing(owner)


@pytest.fixture
def approved(drawing: Drawing, reviewer: User) -> Correction:
    return label_drawing(drawing=drawing, by=reviewer, label=7, source="studio")


def say(user: User, drawing: Drawing, label: int) -> str:
    """Label a drawing, and return the page that follows."""
    address = f"{drawing.get_absolute_url()}label/"
    response = signed_in(user).post(address, {"label": label}, follow=True)
    return " ".join(response.content.decode().split())


def test_a_number_is_typed_on_the_page(drawing: Drawing, reviewer: User) -> None:
    address = f"{drawing.get_absolute_url()}label/"
    response = signed_in(reviewer).post(address, {"number": "3.5"}, follow=True)
    words = " ".join(response.content.decode().split())
    assert "Labeled “3.5”." in words
    assert 'value="3.5"' in words
    drawing.refresh_from_db()
    assert (drawing.label, drawing.number) == ("35", "3.5")


@pytest.mark.parametrize("form", [{"number": "20?6"}, {"number": ""}, {}])
def test_what_is_no_number_is_refused(
    drawing: Drawing, reviewer: User, form: dict[str, str]
) -> None:
    response = signed_in(reviewer).post(f"{drawing.get_absolute_url()}label/", form)
    assert response.status_code == 400
    assert "a number such as 2026" in response.content.decode()


class TestWhichLabelsCount:
    def test_an_owners_label_waits_for_a_reviewer(self, drawing: Drawing, owner: User) -> None:
        assert "It counts once a reviewer has approved it." in say(owner, drawing, 7)

    def test_a_reviewers_own_label_waits_for_another_reviewer(
        self, reviewer: User, administrator: User
    ) -> None:
        words = say(reviewer, make_drawing(reviewer), 7)
        assert "It counts once another reviewer has approved it." in words
        assert "learns from it once another reviewer has approved it" in words

    def test_the_sole_reviewers_own_label_counts_with_a_reason(self, reviewer: User) -> None:
        words = say(reviewer, make_drawing(reviewer), 7)
        assert "It counts immediately, since there is no other reviewer." in words
        assert "counted immediately: there was no other reviewer" in words

    def test_a_reviewers_label_of_anothers_drawing_counts(
        self, drawing: Drawing, reviewer: User
    ) -> None:
        words = say(reviewer, drawing, 7)
        assert "Labeled “7”." in words
        assert "It counts" not in words
        assert "counted immediately: given by a reviewer" in words

    def test_two_people_are_needed_if_so_configured(
        self, drawing: Drawing, reviewer: User, administrator: User, settings: Any
    ) -> None:
        settings.STAFF_LABELS_COUNT_AT_ONCE = False
        assert "once another reviewer has approved it" in say(reviewer, drawing, 7)
        words = say(administrator, drawing, 7)
        assert "Approved by administrator" in words
        assert "counted immediately" not in words

    def test_a_gold_drawing_needs_an_administrators_approval(
        self, approved: Correction, reviewer: User, administrator: User
    ) -> None:
        mark_gold(drawings=[approved.drawing], by=administrator)
        words = say(reviewer, approved.drawing, 4)
        assert (
            "The drawing is in the gold set: it counts once an administrator has approved it."
            in words
        )


class TestWithdrawing:
    def withdraw(self, user: User, correction: Correction, reason: str = "a one") -> Client:
        address = f"/corrections/{correction.pk}/withdraw/"
        return signed_in(user).post(address, {"reason": reason}, follow=True)

    def test_a_reviewer_withdraws_an_approval_with_a_reason(
        self, approved: Correction, reviewer: User, owner: User
    ) -> None:
        assert "/withdraw/" in words_of(reviewer, approved.drawing.get_absolute_url())

        words = self.withdraw(reviewer, approved, "<i>a one").content.decode()

        assert "The approval of “7” is withdrawn." in words
        assert "/withdraw/" not in words
        seen = words_of(owner, approved.drawing.get_absolute_url())
        assert "Approval withdrawn by reviewer" in seen
        assert "“&lt;i&gt;a one”" in seen
        assert 'data-state="withdrawn">approval withdrawn' in seen

    def test_others_have_neither_the_form_nor_the_permission(
        self, approved: Correction, owner: User, stranger: User
    ) -> None:
        assert "/withdraw/" not in words_of(owner, approved.drawing.get_absolute_url())
        for person in (owner, stranger):
            assert self.withdraw(person, approved).status_code == 403
        approved.refresh_from_db()
        assert approved.state == "approved"

    @pytest.mark.parametrize("reason", ["", " ", "x" * 301])
    def test_it_needs_a_reason(self, approved: Correction, reviewer: User, reason: str) -> None:
        assert self.withdraw(reviewer, approved, reason).status_code == 400
        approved.refresh_from_db()
        assert approved.state == "approved"

    def test_a_second_withdrawal_is_a_conflict(self, approved: Correction, reviewer: User) -> None:
        self.withdraw(reviewer, approved)
        assert self.withdraw(reviewer, approved).status_code == 409

    def test_an_unknown_correction_is_not_found(self, reviewer: User) -> None:
        address = "/corrections/99/withdraw/"
        assert signed_in(reviewer).post(address, {"reason": "a one"}).status_code == 404


class TestGold:
    def mark(self, user: User, drawing: Drawing, value: str) -> Client:
        address = f"{drawing.get_absolute_url()}gold/"
        return signed_in(user).post(address, {"gold": value}, follow=True)

    def test_an_administrator_marks_and_unmarks_a_drawing(
        self, approved: Correction, administrator: User, owner: User
    ) -> None:
        drawing = approved.drawing
        assert "Mark as gold" in words_of(administrator, drawing.get_absolute_url())

        words = self.mark(administrator, drawing, "1").content.decode()
        assert "is in the gold set: versions are measured on it." in words
        assert "Remove from the gold set" in words
        assert 'data-state="gold"' in words_of(owner, drawing.get_absolute_url())

        words = self.mark(administrator, drawing, "0").content.decode()
        assert "is no longer in the gold set." in words
        assert 'data-state="gold"' not in words

    def test_others_have_neither_the_form_nor_the_permission(
        self, approved: Correction, owner: User, reviewer: User
    ) -> None:
        for person in (owner, reviewer):
            assert "Mark as gold" not in words_of(person, approved.drawing.get_absolute_url())
            assert self.mark(person, approved.drawing, "1").status_code == 403
        approved.drawing.refresh_from_db()
        assert not approved.drawing.is_gold

    def test_a_pending_label_cannot_be_gold(
        self, drawing: Drawing, owner: User, administrator: User
    ) -> None:
        label_drawing(drawing=drawing, by=owner, label=7, source="studio")
        words = words_of(administrator, drawing.get_absolute_url())
        assert f"Drawing {drawing.pk} has no approved label, so it cannot be gold." in words
        assert "Mark as gold" not in words
        assert self.mark(administrator, drawing, "1").status_code == 409

    def test_a_gold_drawing_can_be_unmarked_after_a_withdrawal(
        self, approved: Correction, owner: User, administrator: User
    ) -> None:
        mark_gold(drawings=[approved.drawing], by=administrator)
        withdraw_approval(correction=approved, by=administrator, reason="a one")

        assert "Remove from the gold set" in words_of(
            administrator, approved.drawing.get_absolute_url()
        )

    @pytest.mark.parametrize("value", ["", "2", "yes"])
    def test_an_invalid_value_is_refused(
        self, approved: Correction, administrator: User, value: str
    ) -> None:
        assert self.mark(administrator, approved.drawing, value).status_code == 400


class TestWhatVersionsLearned:
    @pytest.fixture(autouse=True)
    def learned(self, approved: Correction) -> None:
        for number in (4, 5):
            make_version(number, manifest={"corrections": [approved.pk]}).learned_from.add(approved)

    def test_a_drawing_names_the_versions_that_learned_from_it(
        self, approved: Correction, owner: User
    ) -> None:
        words = words_of(owner, approved.drawing.get_absolute_url())
        assert (
            'Versions <a href="/versions/4/">4</a> and <a href="/versions/5/">5</a> learned from it'
        ) in words

    def test_a_version_shows_corrections_withdrawn_since(
        self, approved: Correction, owner: User, stranger: User, reviewer: User
    ) -> None:
        assert "withdrawn since" not in words_of(owner, "/versions/4/")

        withdraw_approval(correction=approved, by=reviewer, reason="a <one>")

        for number in (4, 5):
            words = words_of(owner, f"/versions/{number}/")
            assert "Learned from 1 correction withdrawn since" in words
            assert f'href="/drawings/{approved.drawing_id}/"' in words
            assert "“a &lt;one&gt;”" in words
        words = words_of(stranger, "/versions/4/")
        assert "Learned from 1 correction withdrawn since" in words
        assert "a &lt;one&gt;" not in words

    def test_a_version_shows_its_numbers_of_corrections(self, owner: User) -> None:
        manifest = {
            "corrections": [1, 2, 3],
            "holdout": [4, 5],
            "gold": [6],
            "left_out": [{"why": codes.NEARLY_SAME(), "corrections": [7, 8, 9, 10]}],
        }
        make_version(6, manifest=manifest)
        words = words_of(owner, "/versions/6/")
        for part in (
            '<dt>Corrections learned</dt><dd class="num">3</dd>',
            '<dt>Corrections held out</dt><dd class="num">2</dd>',
            '<dt>Gold set</dt><dd class="num">1</dd>',
            "<dt>Not learned</dt><dd>4 nearly the same as a drawing used for measuring</dd>",
        ):
            assert part in words
