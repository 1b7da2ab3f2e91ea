"""Staff who may only view drawings in the admin."""

from tests.conftest import person, signed_in


def test_the_view_permission_does_not_allow_labeling(draw, owner):
    onlooker = person("onlooker", "view_drawing", is_staff=True)
    drawing = draw(owner)
    client = signed_in(onlooker)
    path = f"/api/v1/drawings/{drawing.pk}/"
    assert client.get(path).status_code == 200
    refused = client.post(f"{path}label/", {"label": 1}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "forbidden"
    assert not drawing.corrections.exists()
