"""Old addresses lead to new ones, but never tell of a page the visitor may not see."""

from wagtail.contrib.redirects import middleware, models

from members.pages import page_visible_to


class RedirectMiddleware(middleware.RedirectMiddleware):
    """As Wagtail's; an old address of a page that is private now, or a draft, stays 404 to who may not see it."""

    def process_response(self, request, response):
        if response.status_code != 404:
            return response
        answer = super().process_response(request, response)
        if answer is response or self._may_be_told(request):
            return answer
        return response

    def _may_be_told(self, request) -> bool:
        for path in (request.get_full_path(), request.path):
            known = models.Redirect.normalise_path(path, decode_unicode=False)
            redirect = middleware.get_redirect(request, known)
            if redirect is not None:
                page = redirect.redirect_page
                return page is None or page_visible_to(page, request.user)
        return False
