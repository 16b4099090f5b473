"""Errors of tasks, runs and approvals."""

from onebook.kernel.errors import OnebookError


class RunUnknown(OnebookError):
    """There is no run {run_id}. Open it from the list of runs."""


class ApprovalUnknown(OnebookError):
    """There is no request {approval_id}. Open it from the list of approvals."""


class EvidenceUnknown(OnebookError):
    """The request {approval_id} has no such file. Open it from the page of the request."""


class LevelsMissing(OnebookError):
    """Nobody is named to approve requests of the kind {kind} on {day}. Add dated rows to
    work_approval_level."""


class ReasonMissing(OnebookError):
    """A request or a rejection needs a reason. Write what happened and what was checked."""


class EvidenceMissing(OnebookError):
    """A request needs at least one file that shows why. Attach the work order or a photograph."""


class AlreadyAsked(OnebookError):
    """The same is asked for already in request {approval_id}. Wait for its decision."""


class ApprovalOver(OnebookError):
    """The request {approval_id} is decided already. Nothing was changed."""


class DecisionUnknown(OnebookError):
    """A request can be approved or rejected, not {kind}. Choose one of the two."""


class MakerIsChecker(OnebookError):
    """You asked for request {approval_id}, or decided on it before. Another person must decide."""


class NotThisLevel(OnebookError):
    """The request {approval_id} waits for level {level}, which is not yours. Ask {ask}."""


class DecidedByMaker(OnebookError, guard="OB042"):
    """The book refused the decision on request {approval_id}: who asked for it or decided before
    may not decide. Nothing was recorded. Another person must decide."""


class DecidedOutOfTurn(OnebookError, guard="OB043"):
    """The book refused the decision on request {approval_id}: it does not wait for it any more.
    Nothing was recorded. Open the request again."""
