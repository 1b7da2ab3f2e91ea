"""Versions that were trained before `learned_from` was kept: from their manifests."""

from django.db import migrations

CHUNK = 1_000


def fill(apps, schema_editor):
    version_model = apps.get_model("recognizer", "ModelVersion")
    correction_model = apps.get_model("recognizer", "Correction")
    for version in version_model.objects.filter(learned_from=None).only("manifest"):
        learned = version.manifest.get("corrections", [])
        for start in range(0, len(learned), CHUNK):
            there = correction_model.objects.filter(pk__in=learned[start : start + CHUNK])
            version.learned_from.add(*there.values_list("pk", flat=True))


class Migration(migrations.Migration):
    dependencies = [("recognizer", "0005_review")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
