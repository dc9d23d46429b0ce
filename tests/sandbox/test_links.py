"""Which links Telegram takes, and how it writes them."""

import pytest

from sandbox.links import check_link, find_person


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("example.com", "http://example.com/"),
        ("HTTPS://User@Example.com:0443/Путь?q=1#x", "https://User@example.com:443/Путь?q=1#x"),
        ("https://example.com?q=a b", "https://example.com/?q=a%20b"),
        ("http://127.0.0.1:8080/a ", "http://127.0.0.1:8080/a"),
        ("http://[::1]:80", "http://[::1]:80/"),
        ("أخبار.شبكة/خبر", "http://أخبار.شبكة/خبر"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("TG:user/a", "tg://user/a"),
        ("tonsite://example.ton", "tonsite://example.ton/"),
    ],
)
def test_links_are_kept(given: str, kept: str) -> None:
    assert check_link(given) == kept


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("localhost", "Wrong HTTP URL"),
        ("", "URL host is empty"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("javascript:alert(1)", "Wrong port number specified in the URL"),
        ("http://example.com:99999", "Wrong port number specified in the URL"),
        ("http://exa mple.com", "Disallowed character in URL host"),
        ("http://a b@example.com", "Disallowed character in URL userinfo"),
        ("tg://https://a.b", "Wrong tg URL"),
        ("tg://a.b", "Unallowed characters in URL host"),
    ],
)
def test_other_links_are_refused(link: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_link(link)


def test_people_are_found_in_links() -> None:
    assert find_person("tg://user?id=42") == 42
    assert find_person("tg://user?id=0") is None
