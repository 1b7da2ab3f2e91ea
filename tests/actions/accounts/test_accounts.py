from django.contrib.auth.models import Group

from recognizer.actions.accounts.accounts import make_first_administrator, make_groups
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Correction, User
from tests.conftest import person, signed_in


def test_a_staff_member_of_reviewers_can_review(draw, owner):
    make_groups()
    member = person("member", is_staff=True)
    member.groups.set(Group.objects.filter(name="Reviewers"))
    correction = label_drawing(drawing=draw(owner), by=owner, label=7, source="studio")
    client = signed_in(member)
    path = "/admin/recognizer/correction/"
    assert client.get(path).status_code == 200
    client.post(path, {"action": "approve", "_selected_action": [correction.pk]})
    assert Correction.objects.get().state == "approved"


def test_existing_groups_are_not_changed(db):
    make_groups()
    Group.objects.get(name="Trainers").permissions.clear()
    make_groups()
    assert not Group.objects.get(name="Trainers").permissions.exists()


def test_the_first_administrator_gets_a_random_password(db):
    name, password = make_first_administrator()
    administrator = User.objects.get(username=name)
    assert administrator.is_superuser
    assert administrator.check_password(password)
    assert len(password) >= 16
    assert make_first_administrator() is None
