import django.contrib.postgres.functions
import django.db.models.deletion
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('version', models.SmallIntegerField()),
                ('content', models.TextField()),
                ('sha256', models.TextField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'finance_form',
                'constraints': [models.UniqueConstraint(fields=('month', 'version'), name='finance_form_once')],
            },
        ),
        migrations.CreateModel(
            name='FormPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField()),
                ('said_zh', models.TextField()),
                ('said_en', models.TextField()),
                ('items', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('reason', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='finance.form')),
            ],
            options={
                'db_table': 'finance_form_point',
                'constraints': [models.UniqueConstraint(fields=('form', 'code'), name='finance_form_point_once')],
            },
        ),
        migrations.CreateModel(
            name='LedgerBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('org_unit_id', models.BigIntegerField()),
                ('account_code', models.TextField()),
                ('balance_fen', models.BigIntegerField()),
                ('file_name', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'finance_ledger_balance',
                'indexes': [models.Index(fields=['month', 'org_unit_id'], name='finance_ledger_month')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.TextField(choices=[('marketing', 'Marketing'), ('finance', 'Finance')])),
                ('person_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='finance.form')),
            ],
            options={
                'db_table': 'finance_signature',
                'constraints': [models.UniqueConstraint(fields=('form', 'side'), name='finance_signature_once'), models.UniqueConstraint(fields=('form', 'person_id'), name='finance_signature_two_people')],
            },
        ),
    ]
