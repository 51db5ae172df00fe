"""A click in the page calls the servant, and the page says what came of it."""

import json
import re
import subprocess

from playwright.sync_api import expect

from gateways import KEY
from pagecase import Everything, PageCase


def body_of(answer):
    return answer.get_by_role("group", name="Body", exact=True).text_content()


class Trying(PageCase):
    def curl(self, item, **environment):
        line = item.get_by_role("group", name="The same with curl").text_content()
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", **environment})
        return done.stdout

    def test_click_calls_servant(self):
        self.open(Everything.site.demo)
        item = self.operation("POST /greeter/greet")
        item.get_by_label("Body", exact=False).first.fill('{"name": "Grete"}')
        answer = self.send(item)
        expect(answer).to_contain_text("200 OK")
        self.assertRegex(answer.text_content(), r"\d ms, \d+ B")
        self.assertEqual(json.loads(body_of(answer)), {"returnValue": "Hello, Grete!"})
        answer.get_by_text("Header fields").click()
        expect(answer.get_by_role("group", name="Header fields")).to_contain_text("content-type: application/json")
        self.assertEqual(json.loads(self.curl(item)), {"returnValue": "Hello, Grete!"})

    def test_copy(self):
        self.open(Everything.site.demo, permissions=["clipboard-read", "clipboard-write"])
        item = self.operation("POST /greeter/greet")
        item.get_by_role("button", name="Copy The same with curl").click()
        expect(item.get_by_role("button", name="Copy The same with curl")).to_have_text("Copied")
        line = item.get_by_role("group", name="The same with curl").text_content()
        self.assertEqual(self.page.evaluate("navigator.clipboard.readText()"), line)

    def test_examples_are_accepted(self):
        self.open(Everything.site.gateway)
        for name, status in {
            "add": 200, "find": 200, "store": 200, "take": 422, "turn": 200, "markup": 200, "picture": 200, "old": 200,
        }.items():
            with self.subTest(name):
                answer = self.send(self.operation(f"POST /everything/{name}"))
                expect(answer.locator(".status")).to_contain_text(str(status))

    def test_curl_says_the_same(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/store")
        text = item.get_by_label("Body", exact=False).first.input_value()
        value = json.loads(text)
        value["item"]["name"] = "it's \"quoted\" $HOME `date` \\ \n é \U0001f9ca"
        value["item"]["id"] = "9007199254740993"
        item.get_by_label("Body", exact=False).first.fill(json.dumps(value, ensure_ascii=False))
        answer = self.send(item)
        expect(answer).to_contain_text("9007199254740993")
        self.assertEqual(json.loads(body_of(answer))["returnValue"], value["item"])
        self.assertEqual(json.loads(self.curl(item)), json.loads(body_of(answer)))

    def test_parameters_of_path_and_query(self):
        self.open(Everything.site.gateway)
        item = self.operation("GET /v1/shelves/{shelf}/items")
        shelf = item.get_by_label("shelf")
        shelf.fill("..")
        item.get_by_role("button", name="Send").click()
        expect(shelf).to_have_attribute("aria-invalid", "true")
        expect(shelf).to_be_focused()
        shelf.fill("a/b c?d#é'[1-3]{x}")
        item.get_by_label("text").fill("x & y=z")
        item.get_by_label("colour").select_option("blue")
        item.get_by_label("tags").fill("one\ntwo, three")
        with self.page.expect_request("**/v1/**") as seen:
            answer = self.send(item)
        self.assertTrue(seen.value.url.endswith(
            "/v1/shelves/a%2Fb%20c%3Fd%23%C3%A9'%5B1-3%5D%7Bx%7D/items?text=x%20%26%20y%3Dz&colour=blue&tags=one&tags=two%2C%20three"),
            seen.value.url)
        expect(answer).to_contain_text("200 OK")
        self.assertEqual(json.loads(self.curl(item)), json.loads(body_of(answer)))

    def test_body_is_checked_before_it_is_sent(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/add")
        body = item.get_by_label("Body", exact=False).first
        body.fill('{"a": 1,\n "b": }')
        item.get_by_role("button", name="Send").click()
        expect(item.get_by_role("alert")).to_contain_text("This is no JSON. Line 2: a value expected, but } found.")
        expect(body).to_have_attribute("aria-invalid", "true")
        expect(item.get_by_role("group", name="Answer")).to_have_count(0)
        item.get_by_role("button", name="Reset to the example").click()
        expect(body).not_to_have_attribute("aria-invalid", "true")
        expect(self.send(item)).to_contain_text("200 OK")

    def test_numbers_are_shown_as_they_came(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/add")
        body = item.get_by_label("Body", exact=False).first
        body.fill('{"a":1.0,"b":12345678901234567890}')
        item.get_by_role("button", name="Format").click()
        expect(body).to_have_value('{\n  "a": 1.0,\n  "b": 12345678901234567890\n}')

    def test_fault_is_shown_in_the_body(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/store")
        body = item.get_by_label("Body", exact=False).first
        value = json.loads(body.input_value())
        value["item"]["place"]["y"] = "high"
        body.fill(json.dumps(value, indent=2))
        answer = self.send(item)
        expect(answer).to_contain_text("400 Bad Request")
        expect(answer).to_contain_text("/item/place/y")
        answer.get_by_role("button", name=re.compile("Show line")).click()
        self.assertEqual(body.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)"), '"high"')

    def test_errors_in_words(self):
        self.open(Everything.site.gateway)
        answer = self.send(self.operation("POST /everything/take"))
        expect(answer).to_contain_text("::Page::NotEnough")
        expect(answer).to_contain_text("The servant ran (dispatched: yes).")
        expect(answer).to_contain_text("(retryable: false)")
        answer = self.send(self.operation("POST /nobody/store"))
        expect(answer).to_contain_text("503 Service Unavailable")
        expect(answer).to_contain_text("The servant did not run (dispatched: no).")
        expect(answer).to_contain_text("Repeating the same request is safe and may help, after")
        expect(answer).to_contain_text("is the server running, and the proxy right?")
        answer.get_by_role("link", name="connection_refused").click()
        row = self.page.locator("#error-connection_refused")
        expect(row).to_be_in_viewport()
        expect(row).to_be_focused()

    def test_unknown_error_in_words(self):
        self.open(Everything.site.gateway)
        problem = {"title": "Something new", "status": 502, "code": "something_new", "dispatched": "maybe", "retryable": False}
        self.page.route("**/everything/old", lambda route: route.fulfill(
            status=502, content_type="application/problem+json", body=json.dumps(problem)))
        answer = self.send(self.operation("POST /everything/old"))
        expect(answer).to_contain_text("something_new")
        expect(answer).to_contain_text("The servant may have run (dispatched: maybe). Repeating it could run the operation twice")

    def test_cancel(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/wait")
        item.get_by_role("button", name="Send").click()
        item.get_by_role("button", name="Cancel").click()
        expect(item.get_by_role("group", name="Answer")).to_contain_text("Cancelled after")
        expect(item.get_by_role("button", name="Cancel")).to_have_count(0)

    def test_result_of_a_call_that_goes_on(self):
        def change(document):
            operation = document["paths"]["/everything/wait"]["post"]
            operation["parameters"] = [{"name": "Prefer", "in": "header", "schema": {"type": "string"}}]

        self.open(Everything.site.below, change=change)
        item = self.operation("POST /everything/wait")
        item.get_by_text("Header fields (Prefer)").click()
        item.get_by_label("Prefer").fill("respond-async")
        answer = self.send(item)
        expect(answer).to_contain_text("202 Accepted")
        answer.get_by_role("button", name="Wait for its result").click()
        expect(answer).to_contain_text("200 OK")
        self.assertEqual(json.loads(body_of(answer)), {"returnValue": "done"})

    def test_endless_answer(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/markup")
        texts = iter(["A" * 20_000_000, "\\n" * 10_000_000])
        self.page.route("**/everything/markup", lambda route: route.fulfill(
            status=200, content_type="application/json", body=f'{{"returnValue":"{next(texts)}"}}'))
        for begin in ['{"returnValue":"AAA', '{"returnValue":"\\n\\n']:
            answer = self.send(item)
            expect(answer.get_by_role("group", name="Body")).to_contain_text(begin)
            expect(answer).to_contain_text("200 OK")
            expect(answer.get_by_role("button", name="Show all 19.1 MiB")).to_be_visible()

    def test_bytes(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /v1/pictures")
        item.get_by_role("button", name="Send").click()
        item.get_by_label("Body", exact=False).first.set_input_files(
            {"name": "picture.bin", "mimeType": "application/octet-stream", "buffer": bytes(range(256))})
        expect(self.send(item)).to_contain_text("200 OK")
        expect(item.get_by_role("group", name="The same with curl")).to_contain_text("--data-binary @picture.bin")
        item = self.operation("GET /v1/pictures/{name}")
        answer = self.send(item)
        expect(answer).to_contain_text("11 bytes of application/octet-stream")
        expect(answer).to_contain_text("68 65 6c 6c 6f")
        with self.page.expect_download() as download:
            answer.get_by_role("button", name="Download").click()
        self.assertEqual(download.value.path().read_bytes(), b"hello world")
        self.assertEqual(self.curl(item), "hello world")

    def test_credentials(self):
        def change(document):
            document["components"]["securitySchemes"] = {"apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
            document["paths"]["/locked/add"]["post"]["security"] = [{"apiKey": []}]

        self.open(Everything.site.gateway, change=change)
        item = self.operation("POST /locked/add")
        expect(self.send(item)).to_contain_text("401 Unauthorized")
        self.page.get_by_label("apiKey").fill(KEY)
        expect(self.send(item)).to_contain_text("200 OK")
        line = item.get_by_role("group", name="The same with curl").text_content()
        self.assertNotIn(KEY, line)
        self.assertEqual(json.loads(self.curl(item, APIKEY=KEY)), {"returnValue": 3})
        self.assertNotIn(KEY, self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"))
        # Nobody else gets it.
        with self.page.expect_request("**/everything/add") as seen:
            self.send(self.operation("POST /everything/add"))
        self.assertNotIn("x-api-key", seen.value.headers)
        self.page.reload()
        expect(self.page.get_by_label("apiKey")).to_have_value("")

    def test_below_a_prefix(self):
        self.open(Everything.site.below)
        answer = self.send(self.operation("POST /everything/add"))
        expect(answer).to_contain_text("200 OK")
        self.assertEqual(json.loads(self.curl(self.operation("POST /everything/add")))["returnValue"], 3)
        self.page.goto(Everything.site.below + "/docs/")
        expect(self.page).to_have_url(Everything.site.below + "/docs")

    def test_gateway_is_gone(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/add")
        self.page.route("**/everything/add", lambda route: route.abort())
        expect(self.send(item)).to_contain_text("Whether the servant ran is not known")
        self.faults = [fault for fault in self.faults if "net::ERR_FAILED" not in fault]
