from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.TextField(help_text='An English msgid with the places of `params`.')),
                ('params', models.JSONField(default=dict)),
                ('url', models.TextField()),
                ('role', models.TextField()),
                ('org_unit_id', models.BigIntegerField()),
                ('app', models.TextField()),
                ('source_id', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('due_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'work_task',
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['role', 'opened_at'], name='work_task_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('app', 'source_id', 'role'), name='work_task_one_open')],
            },
        ),
    ]
