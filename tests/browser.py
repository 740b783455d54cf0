"""Chromium for tests: one browser, pages that may talk to one server only, and a list of all that went wrong."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from conftest import missing
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. A test is skipped by name where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """A context, and what went wrong in it: errors, messages of the console, requests to other hosts, failed ones."""

    context: BrowserContext
    origin: str
    faults: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("requestfailed", self._failed)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a click to another page interrupts
            self.faults.append(f"failed: {request.url} {request.failure}")

    def guard(self, route: Route) -> None:
        """Let a request through when it stays on the server."""
        if route.request.url.startswith((self.origin, "data:")):
            route.continue_()
        else:
            self.faults.append(f"foreign: {route.request.url}")
            route.abort()


@contextmanager
def watched(browser: Browser, origin: str, **options: object) -> Iterator[Watched]:
    """A context of its own that may reach nothing but what begins with `origin`."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    found = Watched(context, origin)
    context.route("**/*", found.guard)
    try:
        yield found
    finally:
        context.close()
