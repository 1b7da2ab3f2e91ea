import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer import codes
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Deployment, ModelVersion, User, VersionFile
from tests.admin.conftest import make_version
from tests.conftest import person, signed_in

pytestmark = pytest.mark.usefixtures("without_files")

LIST = "/admin/recognizer/modelversion/"
LOG = "/admin/recognizer/deployment/"


@pytest.fixture
def deployer(db: None) -> User:
    return person("deployer", "view_modelversion", "deploy_version", is_staff=True)


def promote(client: Client, *versions: ModelVersion, reason: str = "") -> HttpResponse:
    chosen = [version.pk for version in versions]
    asked = {"action": "promote", "index": "0", "_selected_action": chosen, "reason": reason}
    return client.post(LIST, asked)


def words(response: HttpResponse) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def serving_number() -> int:
    deployment = serving_deployment()
    assert deployment is not None
    return deployment.version.number


def test_one_selected_version_is_promoted(serving_version: ModelVersion, deployer: User) -> None:
    second = make_version(2, parent=serving_version, verdict={"passed": True})

    response = promote(signed_in(deployer), second)

    assert words(response) == [("success", "Version 2 is serving now.")]
    newest = serving_deployment()
    assert newest is not None
    assert (newest.version, newest.by, newest.kind) == (second, deployer, "promotion")


def test_promoting_a_version_that_failed_a_gate_needs_a_reason(
    serving_version: ModelVersion, deployer: User
) -> None:
    verdict = {
        "passed": False,
        "reason": codes.FAILED_GATES(gates=[codes.FORMS_SET()]),
        "gates": [{}],
    }
    second = make_version(2, parent=serving_version, verdict=verdict)
    client = signed_in(deployer)
    assert 'name="reason"' in client.get(LIST).content.decode()

    [(level, text)] = words(promote(client, second))
    assert level == "error"
    expected = "Failed gates: Regional digit forms. To promote it anyway, give a reason"
    assert text.startswith(expected)
    assert serving_number() == 1

    promote(client, second, reason="nobody writes so")
    newest = serving_deployment()
    assert newest is not None
    assert (newest.version, newest.kind, newest.reason) == (second, "override", "nobody writes so")


def test_two_versions_cannot_be_promoted_at_once(
    serving_version: ModelVersion, deployer: User
) -> None:
    second, third = make_version(2), make_version(3)

    response = promote(signed_in(deployer), second, third)

    assert words(response) == [("error", "Select exactly one version to promote.")]
    assert serving_number() == 1


def test_the_serving_version_is_not_promoted_again(
    serving_version: ModelVersion, deployer: User
) -> None:
    [(level, text)] = words(promote(signed_in(deployer), serving_version))

    assert level == "error"
    assert "is already serving" in text
    assert Deployment.objects.count() == 1


def test_promoting_needs_the_permission(serving_version: ModelVersion, viewer: User) -> None:
    second = make_version(2)
    client = signed_in(viewer)

    assert "Promote" not in client.get(LIST).content.decode()
    promote(client, second)

    assert serving_number() == 1


def test_the_list_shows_the_serving_version_and_accuracies(
    serving_version: ModelVersion, viewer: User
) -> None:
    make_version(
        2, metrics={"mnist_test": {"n": 10_000, "accuracy": 0.9962}, "mnist_holdout": None}
    )
    client = signed_in(viewer)

    rows = client.get(LIST).context["cl"].result_list
    page = client.get(LIST).content.decode()

    assert [(version.number, version.serving) for version in rows] == [(2, False), (1, True)]
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert 0 < head.index("MNIST hold-out") < head.index("MNIST test, reported only")
    assert '<td class="field-reference_set">97.50%</td>' in page
    assert '<td class="field-mnist_test">99.62%</td>' in page
    assert '<td class="field-mnist_holdout">-</td>' in page
    assert '<td class="field-short_checksum">000000000000</td>' in page


def test_a_version_shows_its_files_without_their_content(
    serving_version: ModelVersion, viewer: User
) -> None:
    VersionFile.objects.create(
        version=serving_version, name="network.tflite", content=b"secret" * 512
    )

    page = signed_in(viewer).get(f"{LIST}{serving_version.pk}/change/").content.decode()

    assert "network.tflite" in page
    assert "3.0\xa0KB" in page
    assert "secret" not in page


def test_a_version_shows_its_metrics_in_full(viewer: User) -> None:
    version = make_version(1, metrics={"embedded": {"n": 20, "per_digit": [1.0, 0.5]}})

    page = signed_in(viewer).get(f"{LIST}{version.pk}/change/").content.decode()

    assert "&quot;per_digit&quot;: [1.0, 0.5]" in page


@pytest.mark.parametrize("address", [LIST, LOG])
def test_neither_versions_nor_their_log_can_be_changed(
    serving_version: ModelVersion, administrator: User, address: str
) -> None:
    client = signed_in(administrator)
    row = serving_version if address == LIST else Deployment.objects.get()

    assert client.get(f"{address}{row.pk}/change/").status_code == 200
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(f"{address}{row.pk}/change/", {"number": "9"}).status_code == 403
    assert client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("address", [LIST, LOG])
def test_the_number_of_queries_does_not_grow_with_the_versions(
    serving_version: ModelVersion, administrator: User, address: str
) -> None:
    client = signed_in(administrator)
    second = make_version(2, parent=serving_version)
    Deployment.objects.create(sequence=2, version=second, kind="promotion", by=administrator)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(3, 8):
        version = make_version(number, parent=second)
        Deployment.objects.create(sequence=number, version=version, kind="promotion")

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)
