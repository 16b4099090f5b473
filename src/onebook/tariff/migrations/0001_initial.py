import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='TariffVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField()),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('category', models.TextField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('content', models.TextField()),
            ],
            options={
                'db_table': 'tariff_version',
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('service_account_id', models.BigIntegerField()),
                ('tariff_code', models.TextField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'tariff_assignment',
                'indexes': [models.Index(fields=['service_account_id'], name='tariff_assignment_account')],
            },
        ),
        migrations.CreateModel(
            name='TariffComponent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('code', models.TextField()),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('account', models.TextField(help_text='What the price is made of: energy, line_loss, fund:…')),
                ('posting_component', models.TextField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='components', to='tariff.tariffversion')),
            ],
            options={
                'db_table': 'tariff_component',
                'constraints': [models.UniqueConstraint(fields=('version', 'position'), name='tariff_component_once')],
            },
        ),
        migrations.CreateModel(
            name='PointAssignment',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('metering_point_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('tariff_code', models.TextField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'tariff_point_assignment',
                'indexes': [models.Index(fields=['metering_point_id'], name='tariff_point_by_point'), models.Index(fields=['service_account_id'], name='tariff_point_by_account')],
            },
        ),
    ]
