"""Answers say whose the drawing is. The rows are filled; 0015 makes the column mandatory."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    drawings = apps.get_model("recognizer", "Drawing").objects.filter(pk=OuterRef("drawing"))
    answers = apps.get_model("recognizer", "Answer").objects
    answers.update(owner=Subquery(drawings.values("owner")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('recognizer', '0013_owner_label'),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='owner',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=models.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
