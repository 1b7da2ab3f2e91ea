"""Staff who may look at drawings in the admin, and no more."""

from tests.conftest import person, signed_in


def test_who_may_only_look_at_a_drawing_cannot_label_it(draw, owner):
    onlooker = person("onlooker", "view_drawing", is_staff=True)
    drawing = draw(owner)
    client = signed_in(onlooker)
    path = f"/api/v1/drawings/{drawing.pk}/"
    assert client.get(path).status_code == 200
    refused = client.post(f"{path}label/", {"label": 1}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "forbidden"
    assert not drawing.corrections.exists()
