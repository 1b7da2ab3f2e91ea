from django.utils import timezone

from recognizer import codes
from recognizer.models import Job, User, WebhookDelivery
from tests.conftest import person, signed_in

LIST = "/admin/recognizer/webhookdelivery/"


def make_delivery(**about: object) -> WebhookDelivery:
    job = Job.objects.create(status="failed", config={"seed": 1, "recipe": {}})
    return WebhookDelivery.objects.create(job=job, **about)


def test_deliveries_are_listed_with_their_errors(administrator: User) -> None:
    make_delivery(attempts=5, error=codes.ANSWERED_WITH(status="<500>"))
    page = signed_in(administrator).get(LIST).content.decode()
    assert "The receiver answered with status &lt;500&gt;." in page


def test_a_failed_delivery_is_sent_again_and_a_delivered_one_is_not(db: None) -> None:
    trainer = person("boss", "view_webhookdelivery", "start_training", is_staff=True)
    lost = make_delivery(attempts=5, error=codes.INTERRUPTED())
    taken = make_delivery(attempts=1, sent_at=timezone.now())
    chosen = {"action": "send_again", "_selected_action": [lost.pk, taken.pk]}

    page = signed_in(trainer).post(LIST, chosen, follow=True).content.decode()

    lost.refresh_from_db()
    taken.refresh_from_db()
    assert (lost.attempts, lost.error) == (0, {})
    assert lost.next_at is not None
    assert taken.attempts == 1
    assert "heartbeat: 1. Already delivered: 1." in page


def test_a_viewer_cannot_send(db: None) -> None:
    viewer = person("looker", "view_webhookdelivery", is_staff=True)
    lost = make_delivery(attempts=5)
    client = signed_in(viewer)
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "send_again", "_selected_action": [lost.pk]})
    lost.refresh_from_db()
    assert lost.attempts == 5
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{lost.pk}/delete/", {"post": "yes"}).status_code == 403
