"""The language of the pages: Chinese unless the reader chose another one."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware


class ChineseFirst(LocaleMiddleware):
    """Django's choice of language without the browser's wish: office browsers are often English."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose by the reader's cookie, else the default."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
