from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognizer', '0003_the_loop'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainingjob',
            name='crashes',
            field=models.PositiveSmallIntegerField(default=0, help_text='attempts that a crash of the training process ended', verbose_name='crashes'),
        ),
        migrations.AddConstraint(
            model_name='trainingjob',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('queued', 'running')), ('trigger__in', ('corrections', 'schedule'))), fields=('kind',), name='one_automatic_retraining_is_open'),
        ),
    ]
