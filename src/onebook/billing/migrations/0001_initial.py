

import django.contrib.postgres.functions
import django.db.models.expressions
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='BillLine',
            fields=[
                ('pk', models.CompositePrimaryKey('bill_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('bill_id', models.BigIntegerField()),
                ('line_no', models.SmallIntegerField()),
                ('component_id', models.BigIntegerField()),
                ('quantity_e4', models.BigIntegerField()),
                ('price_e10', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
            ],
            options={
                'db_table': 'billing_bill_line',
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('issued_on', models.DateField()),
                ('bills', models.IntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('net_fen', models.BigIntegerField()),
                ('vat_fen', models.BigIntegerField()),
                ('fund_net_fen', models.BigIntegerField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_batch',
                'indexes': [models.Index(fields=['bill_month', 'org_unit_id'], name='billing_batch_month')],
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('batch_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('category_id', models.SmallIntegerField()),
                ('bill_month', models.DateField()),
                ('tariff_version_id', models.BigIntegerField()),
                ('reading_id', models.BigIntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('year_usage_before_e4', models.BigIntegerField()),
                ('quota_months', models.SmallIntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('net_fen', models.BigIntegerField()),
                ('vat_fen', models.BigIntegerField()),
                ('issued_on', models.DateField()),
                ('due_on', models.DateField()),
                ('reverses_bill_id', models.BigIntegerField(null=True)),
                ('replaces_bill_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'billing_bill',
                'indexes': [models.Index(fields=['service_account_id', 'bill_month'], name='billing_bill_account'), models.Index(fields=['bill_month', 'org_unit_id'], name='billing_bill_unit_month')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaces_bill_id', None), ('reverses_bill_id', None)), fields=('reading_id',), name='billing_bill_once_a_reading'), models.UniqueConstraint(condition=models.Q(('reverses_bill_id__isnull', False)), fields=('reverses_bill_id',), name='billing_bill_reversed_once'), models.UniqueConstraint(condition=models.Q(('replaces_bill_id__isnull', False)), fields=('replaces_bill_id',), name='billing_bill_replaced_once')],
            },
        ),
        migrations.CreateModel(
            name='BillException',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('reading_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('rule', models.TextField()),
                ('blocking', models.BooleanField(help_text='Keeps the account out of the issue until decided.')),
                ('expected', models.TextField()),
                ('found', models.TextField()),
                ('usage_e4', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_exception',
                'indexes': [models.Index(fields=['org_unit_id', 'bill_month'], name='billing_exception_unit')],
                'constraints': [models.UniqueConstraint(fields=('reading_id', 'rule'), name='billing_exception_once')],
            },
        ),
        migrations.CreateModel(
            name='BillReading',
            fields=[
                ('pk', models.CompositePrimaryKey('reading_id', 'bill_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('reading_id', models.BigIntegerField()),
                ('bill_id', models.BigIntegerField()),
            ],
            options={
                'db_table': 'billing_bill_reading',
                'indexes': [models.Index(fields=['bill_id'], name='billing_bill_reading_of')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exception_id', models.BigIntegerField()),
                ('kind', models.TextField(choices=[('release', 'Release'), ('hold', 'Hold'), ('clear', 'Clear'), ('reopen', 'Reopen')])),
                ('reason', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_decision',
                'indexes': [models.Index(fields=['exception_id', 'id'], name='billing_decision_of')],
            },
        ),
        migrations.CreateModel(
            name='Threshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.TextField()),
                ('name', models.TextField()),
                ('category_id', models.SmallIntegerField(null=True)),
                ('value', models.BigIntegerField()),
                ('valid_from', models.DateField()),
            ],
            options={
                'db_table': 'billing_threshold',
                'constraints': [models.UniqueConstraint(fields=('rule', 'name', 'category_id', 'valid_from'), name='billing_threshold_dated', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('readings', models.BigIntegerField()),
                ('reading_sum', models.BigIntegerField()),
                ('found', models.IntegerField()),
                ('cleared', models.IntegerField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_verification',
                'indexes': [models.Index(fields=['org_unit_id', 'bill_month'], name='billing_verification_unit')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('color', models.TextField(choices=[('blue', 'blue'), ('red', 'red')])),
                ('kind', models.TextField(choices=[('special', 'special'), ('general', 'general')])),
                ('customer_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('title', models.TextField()),
                ('tax_number', models.TextField()),
                ('address_phone', models.TextField()),
                ('bank_account', models.TextField()),
                ('vat_rate_bp', models.IntegerField()),
                ('net_fen', models.BigIntegerField()),
                ('vat_fen', models.BigIntegerField()),
                ('gross_fen', models.BigIntegerField()),
                ('taxable_on', models.DateField()),
                ('blue_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField(help_text='Why a red one was asked for.')),
                ('red_form', models.TextField(help_text='Number of the red information form (红字信息表).')),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_invoice',
                'indexes': [models.Index(fields=['blue_id'], name='billing_invoice_red_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('gross_fen', django.db.models.expressions.CombinedExpression(models.F('net_fen'), '+', models.F('vat_fen')))), name='billing_invoice_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('blue_id', None), ('color', 'blue'), ('gross_fen__gt', 0)), models.Q(('blue_id__isnull', False), ('color', 'red'), ('gross_fen__lt', 0), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='billing_invoice_red_names_its_blue')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceBill',
            fields=[
                ('pk', models.CompositePrimaryKey('invoice_id', 'bill_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('invoice_id', models.BigIntegerField()),
                ('bill_id', models.BigIntegerField()),
                ('net_fen', models.BigIntegerField()),
                ('vat_fen', models.BigIntegerField()),
                ('gross_fen', models.BigIntegerField()),
            ],
            options={
                'db_table': 'billing_invoice_bill',
                'indexes': [models.Index(fields=['bill_id'], name='billing_invoice_bill_of')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice_id', models.BigIntegerField()),
                ('kind', models.TextField(choices=[('requested', 'Requested'), ('issued', 'Issued'), ('failed', 'Failed'), ('dropped', 'Dropped'), ('voided', 'Voided')])),
                ('code', models.TextField(default='')),
                ('number', models.TextField(default='')),
                ('effective_on', models.DateField()),
                ('reason', models.TextField(default='')),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_invoice_event',
                'indexes': [models.Index(fields=['invoice_id', 'id'], name='billing_invoice_event_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'issued')), fields=('code', 'number'), name='billing_invoice_number_once'), models.UniqueConstraint(condition=models.Q(('kind__in', ['issued', 'dropped', 'voided'])), fields=('invoice_id', 'kind'), name='billing_invoice_event_once')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceStanding',
            fields=[
                ('pk', models.CompositePrimaryKey('bill_id', 'color', blank=True, editable=False, primary_key=True, serialize=False)),
                ('bill_id', models.BigIntegerField()),
                ('color', models.TextField()),
                ('invoice_id', models.BigIntegerField()),
            ],
            options={
                'db_table': 'billing_invoice_standing',
                'indexes': [models.Index(fields=['invoice_id'], name='billing_invoice_standing_of')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('kind', models.TextField(choices=[('special', 'special'), ('general', 'general')])),
                ('title', models.TextField()),
                ('tax_number', models.TextField()),
                ('address_phone', models.TextField()),
                ('bank_account', models.TextField()),
                ('merged', models.BooleanField(help_text='One invoice over all bills of a month and org unit.')),
                ('valid_from', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'billing_invoice_terms',
                'indexes': [models.Index(fields=['customer_id', 'valid_from'], name='billing_invoice_terms_of')],
            },
        ),
    ]
