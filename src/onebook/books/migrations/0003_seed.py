"""The chart of accounts and the posting rules to start with."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("books", "0002_guards")]

    operations = [migrations_sql.run("books", "seed")]
