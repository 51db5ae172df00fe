"""What all tests of the page have: a browser, a page of its own, and an eye on what the page must never do."""

import json
import os
import unittest
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

from gateways import Site

# Milliseconds: a guard against hanging, not an expectation.
PATIENCE = int(os.environ.get("DOCS_PAGE_PATIENCE", "60")) * 1000

expect.set_options(timeout=PATIENCE)


class Everything:
    """Started once for all tests."""

    site = None

    @classmethod
    def start(cls):
        cls.site = Site()
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(
            executable_path=os.environ.get("DOCS_PAGE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])

    @classmethod
    def stop(cls):
        cls.browser.close()
        cls.playwright.stop()
        cls.site.stop()


class PageCase(unittest.TestCase):
    """Fails at errors of scripts, violations of the policy, requests to others, and texts that became markup."""

    maxDiff = None

    def open(self, address, *, fragment="", **options):
        """A page in a window of its own, once it has been built from the document."""
        self.start(address, **options)
        self.page.goto(address + "/docs" + fragment)
        expect(self.page.locator("#page-loading")).to_have_count(0)
        return self.page

    def start(self, address, *, width=1280, height=900, change=None, **options):
        """The same without a page in it. `change` gets the document before the page does."""
        self.context = Everything.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.addCleanup(self.context.close)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.faults = []
        host = urlsplit(address).netloc
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", self.note)
        self.page.on("request", lambda request: urlsplit(request.url).netloc in (host, "") or self.faults.append(request.url))
        if change:
            self.page.route("**/openapi.json", lambda route: self.changed(route, change))

    def note(self, message):
        # Browsers say so of every answer that is an error.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    @staticmethod
    def changed(route, change):
        answer = route.fetch()
        document = answer.json()
        change(document)
        route.fulfill(response=answer, body=json.dumps(document))

    def tearDown(self):
        self.assertEqual(self.faults, [])
        self.assertIsNone(self.page.evaluate("window.ran ?? null"))

    def address(self, name):
        """The fragment that leads to an operation."""
        return self.page.locator(f'#page-links a[title="{name}"]').get_attribute("href")

    def operation(self, name):
        """An operation, as `POST /shop/greet`, opened as by its link."""
        address = self.address(name)
        self.page.evaluate("address => { location.hash = address }", address)
        item = self.page.locator(f"[id='{address[1:]}']")
        expect(item.locator("form")).to_be_visible()
        return item

    def send(self, item):
        """Presses the button; the answer, once it is there."""
        item.get_by_role("button", name="Send").click()
        answer = item.get_by_role("group", name="Answer")
        expect(answer).to_be_visible()
        return answer
