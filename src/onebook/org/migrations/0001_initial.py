import django.contrib.postgres.functions
import django.db.models.deletion
import onebook.infra.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'org_person',
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('path', models.TextField(unique=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
            ],
            options={
                'db_table': 'org_unit',
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField(choices=[('reader', 'READER'), ('biller', 'BILLER'), ('cashier', 'CASHIER'), ('customer_service', 'CUSTOMER_SERVICE'), ('team_leader', 'TEAM_LEADER'), ('marketing_manager', 'MARKETING_MANAGER'), ('accountant', 'ACCOUNTANT'), ('finance_manager', 'FINANCE_MANAGER'), ('auditor', 'AUDITOR'), ('administrator', 'ADMINISTRATOR'), ('general_manager', 'GENERAL_MANAGER')])),
                ('org_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'org_role_grant',
                'constraints': [models.UniqueConstraint(fields=('person', 'role', 'org_unit'), name='org_role_grant_once')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.TextField(choices=[('unit_added', 'Unit Added'), ('person_added', 'Person Added'), ('password_set', 'Password Set'), ('role_granted', 'Role Granted'), ('role_revoked', 'Role Revoked'), ('account_closed', 'Account Closed'), ('account_opened', 'Account Opened')])),
                ('person_id', models.BigIntegerField(null=True)),
                ('org_unit_id', models.BigIntegerField(null=True)),
                ('role', models.TextField(default='')),
                ('by_id', models.BigIntegerField(help_text='Null where the system did it.', null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'org_change',
            },
        ),
        migrations.RunSQL("SELECT infra_make_append_only('org_change')", migrations.RunSQL.noop),
    ]
