"""Where many pages stand, with one look at the sites instead of one for each page."""

from collections.abc import Iterable

from wagtail.models import Site


def with_addresses(pages: Iterable) -> list:
    """The pages, each with its `address` ("/guidance/the-code/"); "" for one outside every site."""
    roots = sorted((place.root_path for place in Site.get_site_root_paths()), key=len, reverse=True)
    found = list(pages)
    for page in found:
        root = next((one for one in roots if page.url_path.startswith(one)), None)
        page.address = "" if root is None else "/" + page.url_path[len(root) :]
    return found
