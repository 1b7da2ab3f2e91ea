import pytest

from recognizer.models import User
from tests.admin.conftest import MODELS
from tests.conftest import person, signed_in


def test_the_admin_has_the_sites_name_and_a_link_to_the_site(administrator: User) -> None:
    page = signed_in(administrator).get("/admin/").content.decode()

    assert "Digit Studio" in page
    assert "Django administration" not in page
    assert '<a href="/">View site</a>' in page


def test_a_viewer_sees_every_list(viewer: User) -> None:
    page = signed_in(viewer).get("/admin/").content.decode()

    for model in MODELS:
        assert f'href="/admin/recognizer/{model}/"' in page
        assert f'href="/admin/recognizer/{model}/add/"' not in page


def test_staff_without_permissions_see_nothing(db: None) -> None:
    client = signed_in(person("newcomer", is_staff=True))

    assert "/admin/recognizer/" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("rows", "action"),
    [
        *(("recognizer/drawing", action) for action in ("mark_gold", "delete_selected", "retrain")),
        ("recognizer/correction", "approve"),
        ("recognizer/job", "cancel_jobs"),
        ("recognizer/modelversion", "promote"),
        ("recognizer/user", "delete_selected"),
        ("recognizer/webhookdelivery", "send_again"),
        ("auth/group", "delete_selected"),
    ],
)
def test_a_row_that_has_no_number_is_bad_input(administrator: User, rows: str, action: str) -> None:
    chosen = {"action": action, "index": "0", "_selected_action": "abc"}
    assert signed_in(administrator).post(f"/admin/{rows}/", chosen).status_code == 400
