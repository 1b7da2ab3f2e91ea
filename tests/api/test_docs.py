"""The documentation page of the schema. tests/browser opens it in a browser."""

from django.test import Client

from tests.api.client import get


def test_it_asks_people_to_sign_in(client: Client, db: None) -> None:
    response = get(client, "docs/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


def test_it_loads_scripts_from_this_site_only(as_owner: Client) -> None:
    response = get(as_owner, "docs/")
    assert response.status_code == 200
    assert b"<script>" not in response.content
    assert b"//" not in response.content.replace(b"<!DOCTYPE html>", b"")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert b"<style" not in response.content


def test_json_may_load_nothing(as_owner: Client) -> None:
    for path, status in (("drawings/", 200), ("drawings/999999/", 404)):
        response = get(as_owner, path)
        assert response.status_code == status
        assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
