from django.apps import AppConfig


class RecognizerConfig(AppConfig):
    name = "recognizer"
    verbose_name = "Digit Studio"

    def ready(self) -> None:
        from digitsite.celery import app
        from recognizer.actions.audit import listeners
        from recognizer.operations import checks  # noqa: F401
        from recognizer.operations.worker import WorkerThreads

        listeners.listen()
        app.steps["worker"].add(WorkerThreads)
