import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('phone', models.TextField(default='')),
                ('simulated', models.BooleanField(default=False, help_text='Made by the demo, labelled as such.')),
            ],
            options={
                'db_table': 'customer_customer',
                'indexes': [models.Index(fields=['name'], name='customer_by_name')],
            },
        ),
        migrations.CreateModel(
            name='MeteringPoint',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('service_account_id', models.BigIntegerField()),
            ],
            options={
                'db_table': 'customer_metering_point',
                'indexes': [models.Index(fields=['service_account_id'], name='customer_point_by_account')],
            },
        ),
        migrations.CreateModel(
            name='ServiceAccount',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('customer_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('category_id', models.SmallIntegerField(choices=[(1, 'RESIDENTIAL'), (2, 'RESIDENTIAL_SHARED'), (3, 'COMMERCIAL'), (4, 'LARGE_INDUSTRY'), (5, 'AGRICULTURE')])),
                ('address', models.TextField(default='')),
                ('voltage', models.TextField(default='')),
                ('capacity_kva', models.IntegerField(default=0)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'customer_service_account',
                'indexes': [models.Index(fields=['org_unit_id', 'number'], name='customer_account_by_unit'), models.Index(fields=['customer_id'], name='customer_account_by_customer')],
            },
        ),
        migrations.CreateModel(
            name='Terms',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('service_account_id', models.BigIntegerField()),
                ('running_e4', models.BigIntegerField(help_text='Running transformer capacity, 10^-4 kVA.')),
                ('contract_e4', models.BigIntegerField(help_text='Contracted capacity, 10^-4 kVA.')),
                ('demand_mode', models.SmallIntegerField(choices=[(0, 'NONE'), (1, 'CAPACITY'), (2, 'CONTRACT'), (3, 'MEASURED')])),
                ('contract_demand_e4', models.BigIntegerField()),
                ('pf_standard_bp', models.IntegerField()),
                ('persons', models.SmallIntegerField()),
                ('extra_quota_e4_month', models.BigIntegerField()),
                ('free_e4_month', models.BigIntegerField()),
                ('industry', models.TextField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'customer_terms',
                'indexes': [models.Index(fields=['service_account_id'], name='customer_terms_account')],
            },
        ),
    ]
