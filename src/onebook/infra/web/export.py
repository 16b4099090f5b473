"""A page's report as a file: Excel, CSV or JSON, by the page's own address with `format=`."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from onebook.infra import report as reports
from onebook.infra.report import Report
from onebook.infra.web.errors import ExportTooLong
from onebook.infra.web.words import chinese, pick

_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


ROWS_MAX = 100_000  # what a page gives as a file; `onebook report` gives more


def wanted(request: HttpRequest) -> bool:
    """Whether the request asks for a file instead of the page."""
    return request.GET.get("format", "") in _KINDS


def answer(request: HttpRequest, report: Report) -> HttpResponse | None:
    """The file that the request asks for, or None where it asks for the page. ExportTooLong."""
    if not wanted(request):
        return None
    kind = request.GET["format"]
    if len(report.rows) > ROWS_MAX:
        raise ExportTooLong(rows=f"{ROWS_MAX:,}")
    response = HttpResponse(_content(report, kind), content_type=_KINDS[kind])
    title = pick((report.title_zh, report.title_en))
    response["Content-Disposition"] = attachment(f"{title} {report.as_of.isoformat()}.{kind}")
    return response


def attachment(name: str) -> str:
    """The header that lets a browser save an answer under `name`."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def _content(report: Report, kind: str) -> bytes:
    if kind == "xlsx":
        return reports.to_xlsx(report, chinese=chinese())
    if kind == "csv":
        # The mark tells Excel that the file is UTF-8.
        return b"\xef\xbb\xbf" + reports.to_csv(report, chinese=chinese()).encode()
    return reports.to_json(report).encode()
