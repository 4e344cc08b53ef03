"""Reading pages as a reader does: by their words."""

from bs4 import BeautifulSoup


def page(client, path: str) -> BeautifulSoup:
    """The page at a path, which is there."""
    response = client.get(path)
    assert response.status_code == 200, path
    return page_of(response)


def page_of(response) -> BeautifulSoup:
    """The page that was answered with."""
    return BeautifulSoup(response.content, "html.parser")


def words(node) -> str:
    """What stands in a node, with single spaces."""
    return " ".join(node.get_text().split())


def one(tree, selector: str) -> str:
    """The words of the one node there is."""
    (found,) = tree.select(selector)
    return words(found)


def links(tree, selector: str) -> list[tuple[str, str]]:
    """(words, address) of the links there are."""
    return [(words(link), link.get("href")) for link in tree.select(selector)]
