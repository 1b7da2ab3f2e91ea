import recognizer.models.users
from django.db import migrations, models

from recognizer.models.users import key_of


def fill(apps, schema_editor):
    """Give every account its key; of accounts with the same key, the oldest one."""
    taken = set()
    people = apps.get_model("recognizer", "User").objects.order_by("pk")
    for person in people.only("pk", "username").iterator():
        key = key_of(person.username)
        if key not in taken:
            taken.add(key)
            people.filter(pk=person.pk).update(name_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ('recognizer', '0002_labels_as_text'),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='user',
            managers=[
                ('objects', recognizer.models.users.PersonManager()),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='name_key',
            field=models.CharField(editable=False, max_length=450, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='user',
            name='name_key',
            field=models.CharField(editable=False, max_length=450, null=True, unique=True),
        ),
    ]
