"""Tables of the plumbing: the business clock and the runs of batch work."""

from django.db import models


class BusinessClock(models.Model):
    """The one row that may fix the business day; null follows the wall clock in Asia/Shanghai."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    fixed_on = models.DateField(null=True)

    class Meta:
        db_table = "infra_business_clock"


class Run(models.Model):
    """One batch job over a list of chunks; an unfinished run of the same kind and key is
    resumed."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    kind = models.TextField()
    key = models.TextField()
    state = models.TextField(choices=State, default=State.RUNNING)
    stage = models.TextField(default="")
    person_id = models.BigIntegerField(null=True)
    stop_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "infra_run"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state="running"),
                name="infra_run_one_at_a_time",
            )
        ]


class RunChunk(models.Model):
    """A piece of a run; it is done in the transaction that writes its rows, or not at all."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    key = models.TextField()
    done = models.BooleanField(default=False)
    rows_in = models.BigIntegerField(default=0)
    rows_out = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    seconds = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "infra_run_chunk"
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="infra_run_chunk_once"),
        ]
