"""Addresses that a page may be drawn from, as typed and as found."""

from __future__ import annotations

import pytest

from kimi_lsp.core.addresses import page_of, reachable

PAGES = {
    "http://example.com": ("http://example.com:80/", False),
    "https://example.com/a?b=c#d": ("https://example.com:443/a?b=c#d", False),
    " HTTPS://EXAMPLE.com/A ": ("https://example.com:443/A", False),
    "http://localhost:5173/": ("http://localhost:5173/", True),
    "http://127.0.0.1/": ("http://127.0.0.1:80/", True),
    "http://[::1]:8080/x": ("http://[::1]:8080/x", True),
    "http://93.184.216.34/": ("http://93.184.216.34:80/", False),
}
REFUSED = (
    *("", "example.com", "file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)"),
    *("data:text/html,x", "view-source:http://a.example", "http://", "http://user:pw@example.com/"),
    *("http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://169.254.169.254/"),
    *("http://[fe80::1]/", "http://[fd00::1]/", "http://0.0.0.0/", "http://127.0.0.2/"),
    *("http://[::ffff:10.0.0.1]/", "http://a b/", "http://ex\u0430mple.com/", "http://a:99999/"),
)


@pytest.mark.parametrize("text", PAGES)
def test_pages(text: str) -> None:
    page = page_of(text)
    assert page
    assert (page.url, page.local) == PAGES[text]


@pytest.mark.parametrize("text", REFUSED)
def test_no_pages(text: str) -> None:
    assert page_of(text) is None


@pytest.mark.parametrize(
    ("address", "web", "local"),
    [
        ("93.184.216.34", True, False),
        ("2606:2800:220:1:248:1893:25c8:1946", True, False),
        ("127.0.0.1", False, True),
        ("127.0.0.53", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:192.168.0.1", False, False),
        ("10.1.2.3", False, False),
        ("192.168.0.1", False, False),
        ("169.254.169.254", False, False),
        ("100.64.0.1", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("nonsense", False, False),
    ],
)
def test_where_a_name_may_lead(address: str, web: bool, local: bool) -> None:
    assert reachable(address, local=False) is web
    assert reachable(address, local=True) is local
