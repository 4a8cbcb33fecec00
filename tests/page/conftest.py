"""A real server in a process of its own and a real browser on its page.

The browser is closed after the last test of each file: Playwright keeps an event loop in this thread, which
would be in the way of other tests, in any order.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browsing import ARGUMENTS, BROWSERS, PATIENCE_MS, TOKEN, is_home, start, stop


@pytest.fixture(scope="session")
def address(bundle_path: Path) -> Iterator[str]:
    process, found = start(bundle_path)
    yield found
    stop(process)


@pytest.fixture(scope="session")
def guarded_address(bundle_path: Path) -> Iterator[str]:
    """Of a server that asks for `TOKEN`."""
    process, found = start(bundle_path, TOKEN)
    yield found
    stop(process)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """A function of options of a browser context that opens the page.

    Afterwards nothing may have been written to a page's console, no script may have failed, and no request
    may have left the server. A test that provokes network errors says so: `may_fail=True`.
    """
    contexts, complaints, strangers = [], [], []

    def open_one(
        url: str = address,
        *,
        may_fail: bool = False,
        is_ready: bool = True,
        before: Callable[[Any], None] = lambda _page: None,
        **options: Any,
    ) -> Any:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not may_fail:
            page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: is_home(request.url, url) or strangers.append(request.url))
        before(page)
        page.goto(url)
        if is_ready:
            page.wait_for_selector("body[data-ready]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
    assert strangers == []


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    return open_page()
