from collections.abc import Callable

import pytest
from django.test import Client

from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Deployment, Drawing, User
from tests.conftest import signed_in

LIST = "/admin/recognizer/drawing/"
Draw = Callable[..., Drawing]


def listed(client: Client, **query: object) -> list[Drawing]:
    return list(client.get(LIST, query).context["cl"].result_list)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"label": "none"}, {"seven", "unsure"}),
        ({"label": "1"}, {"corrected"}),
        ({"label": "no such label"}, {"seven", "unsure", "corrected"}),
        ({"label_state__exact": "pending"}, {"corrected"}),
        ({"label_state__exact": ""}, {"seven", "unsure"}),
        ({"answer": "7"}, {"seven", "corrected"}),
        ({"answer": "3"}, {"unsure"}),
        ({"answer": "wrong"}, {"corrected"}),
        ({"confidence": "low"}, {"unsure"}),
        ({"source__exact": "upload"}, set()),
        ({"q": "strang"}, {"unsure"}),
    ],
)
def test_the_list_can_be_filtered(
    drawn: Draw,
    owner: User,
    stranger: User,
    administrator: User,
    query: dict[str, str],
    expected: set[str],
) -> None:
    drawings = {
        drawn(owner).pk: "seven",
        drawn(stranger, answer=3, confidence=0.6).pk: "unsure",
    }
    corrected = drawn(owner)
    label_drawing(drawing=corrected, by=owner, label=1, source="studio")
    drawings[corrected.pk] = "corrected"

    found = listed(signed_in(administrator), **query)

    assert {drawings[drawing.pk] for drawing in found} == expected


def test_the_filters_use_the_serving_versions_answer(
    drawn: Draw, owner: User, administrator: User
) -> None:
    drawing = drawn(owner, answer=7)
    again = drawing.answers.get()
    again.pk, again.label = None, 1
    again.version = type(again.version).objects.create(
        number=2, architecture="small", card={}, checksum="2"
    )
    again.save()
    Deployment.objects.create(sequence=2, version=again.version, kind="promotion")
    client = signed_in(administrator)

    assert listed(client, answer="1") == [drawing]
    assert listed(client, answer="7") == []
