from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognizer', '0014_answer_owner'),
    ]

    operations = [
        migrations.AlterField(
            model_name='answer',
            name='owner',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=models.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['owner', 'version', 'confidence', 'drawing'], name='answer_owner_confidence'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['owner', 'label', 'drawing'], name='answer_owner_label'),
        ),
    ]
