from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from gateway.errors import InvalidLink
from gateway.library.links import ROUTE, Links

LINKS = Links(b"a secret")


def taken_apart(url):
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return unquote(parts.path.removeprefix(ROUTE)), query["expires"][0], query["signature"][0]


def test_a_link_opens_what_it_was_made_for_until_it_expires():
    path, expires, signature = taken_apart(LINKS.sign("jobs/a/1/audio.mp3", 1000))

    assert (path, expires) == ("jobs/a/1/audio.mp3", "1000")
    LINKS.check(path, expires, signature, now=1000.0)
    with pytest.raises(InvalidLink):
        LINKS.check(path, expires, signature, now=1000.1)


@pytest.mark.parametrize(
    "changed", [("jobs/b", None, None), (None, "2000", None), (None, "", None), (None, None, ""), (None, None, "ü")]
)
def test_a_link_that_was_changed_opens_nothing(changed):
    link = taken_apart(LINKS.sign("jobs/a", 1000))

    with pytest.raises(InvalidLink):
        LINKS.check(*(new if new is not None else old for new, old in zip(changed, link, strict=True)), now=0.0)


def test_another_servers_link_opens_nothing():
    with pytest.raises(InvalidLink):
        LINKS.check(*taken_apart(Links(b"another").sign("jobs/a", 1000)), now=0.0)
