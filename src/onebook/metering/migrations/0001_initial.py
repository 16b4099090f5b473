import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('digits', models.SmallIntegerField(default=6)),
            ],
            options={
                'db_table': 'metering_meter',
            },
        ),
        migrations.CreateModel(
            name='ReadingFile',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('sha256', models.TextField()),
                ('rows_in', models.BigIntegerField(default=0)),
                ('rows_taken', models.BigIntegerField(default=0)),
                ('rows_rejected', models.BigIntegerField(default=0)),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_reading_file',
            },
        ),
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('meter_id', models.BigIntegerField()),
                ('metering_point_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('multiplier', models.IntegerField(default=1)),
                ('usage_policy', models.TextField(default='carry')),
                ('initial_e4', models.BigIntegerField(default=0)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'metering_installation',
                'indexes': [models.Index(fields=['service_account_id'], name='metering_inst_by_account'), models.Index(fields=['org_unit_id'], name='metering_inst_by_unit'), models.Index(fields=['meter_id'], name='metering_inst_by_meter')],
            },
        ),
        migrations.CreateModel(
            name='InstalledRegister',
            fields=[
                ('pk', models.CompositePrimaryKey('installation_id', 'register', blank=True, editable=False, primary_key=True, serialize=False)),
                ('installation_id', models.BigIntegerField()),
                ('meter_id', models.BigIntegerField()),
                ('register', models.SmallIntegerField()),
                ('initial_e4', models.BigIntegerField()),
            ],
            options={
                'db_table': 'metering_register',
                'indexes': [models.Index(fields=['meter_id'], name='metering_register_by_meter')],
            },
        ),
        migrations.CreateModel(
            name='RegisterReading',
            fields=[
                ('pk', models.CompositePrimaryKey('reading_id', 'register', blank=True, editable=False, primary_key=True, serialize=False)),
                ('reading_id', models.BigIntegerField()),
                ('register', models.SmallIntegerField()),
                ('previous_e4', models.BigIntegerField()),
                ('current_e4', models.BigIntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('status', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'metering_register_reading',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('meter_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('read_on', models.DateField()),
                ('previous_on', models.DateField()),
                ('previous_e4', models.BigIntegerField()),
                ('current_e4', models.BigIntegerField()),
                ('multiplier', models.IntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('status', models.SmallIntegerField()),
                ('version', models.SmallIntegerField(default=1)),
                ('file_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_reading',
                'indexes': [models.Index(fields=['org_unit_id', 'bill_month'], name='metering_reading_unit_month'), models.Index(fields=['service_account_id', 'bill_month'], name='metering_reading_account'), models.Index(condition=models.Q(('version__gt', 1)), fields=['bill_month', 'meter_id', 'version'], name='metering_reading_corrected')],
                'constraints': [models.UniqueConstraint(fields=('bill_month', 'meter_id', 'version'), name='metering_reading_once')],
            },
        ),
    ]
