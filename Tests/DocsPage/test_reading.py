"""What the page shows, to whom: with keys only, on a phone, in the dark, with a thousand operations."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pagecase import Everything, PageCase


class Reading(PageCase):
    def test_types_and_comments(self):
        self.open(Everything.site.gateway)
        item = self.operation("POST /everything/store")
        item.get_by_text("Inside Page.Item").first.click()
        members = item.locator("ul.members ul.members, details ul.members").first
        for text in ["isThere", "boolean", "picture", "string (base64)", "array of string", "map of integer", '"red" | "green" | "blue"', "Its number: <script>"]:
            expect(members).to_contain_text(text)
        self.page.evaluate("location.hash = '#type-Page.Shape'")
        expect(self.page.locator("[id='type-Page.Shape']")).to_contain_text("A shape, of which there are several.")
        expect(self.operation("POST /everything/old")).to_contain_text("deprecated")
        expect(self.operation("POST /everything/add")).to_contain_text("idempotent: safe to repeat")

    def test_texts_stay_texts(self):
        self.open(Everything.site.gateway)
        self.open_all(self.page.locator("main"))
        expect(self.page.locator("main")).to_contain_text("<script>window.ran = 'interface'</script>")
        expect(self.page.locator("main")).to_contain_text("<b>not bold</b>")
        answer = self.send(self.operation("POST /everything/markup"))
        expect(answer).to_contain_text("window.ran = 'answer'")
        self.assertEqual(self.page.locator("main script, main img, main b").count(), 0)

    def test_policy(self):
        self.open(Everything.site.gateway)
        refused = self.page.evaluate("""async () => {
            const tried = [];
            try { document.body.innerHTML = '<p>x'; tried.push('markup'); } catch (error) { tried.push(error.name); }
            try { await fetch('http://127.0.0.1:1/'); tried.push('fetch'); } catch (error) { tried.push(error.name); }
            const script = document.createElement('script');
            try { script.textContent = 'window.ran = 1'; document.body.append(script); } catch (error) { tried.push(error.name); }
            return tried;
        }""")
        self.assertEqual(refused, ["TypeError", "TypeError", "TypeError"])
        self.assertTrue(self.faults)
        self.faults = [fault for fault in self.faults if "Content Security Policy" not in fault and "TrustedHTML" not in fault
                       and "requires 'Trusted" not in fault and "This document requires" not in fault]

    def test_address_leads_to_an_operation(self):
        self.open(Everything.site.gateway)
        store, add = self.address("POST /nobody/store"), self.address("POST /everything/add")
        self.page.goto(Everything.site.gateway + "/docs" + store)
        self.page.reload()
        summary = self.page.locator(f"{store} > summary")
        expect(summary).to_be_focused()
        expect(summary).to_be_in_viewport()
        expect(self.page.locator(f"{store} form")).to_be_visible()
        self.page.locator('#page-links a[title="POST /everything/add"]').click()
        expect(self.page.locator(f"{add} form")).to_be_visible()
        expect(self.page).to_have_url(Everything.site.gateway + "/docs" + add)
        self.page.go_back()
        expect(summary).to_be_focused()

    def test_filter(self):
        self.open(Everything.site.gateway)
        field = self.page.get_by_label("Filter operations")
        field.fill("everything picture")
        expect(self.page.locator("#page-count")).to_have_text(re.compile("^4 of "))
        expect(self.page.locator("details.operation:visible")).to_have_count(4)
        expect(self.page.locator("#page-links li:visible .badge")).to_have_count(4)
        field.fill("no such thing")
        expect(self.page.locator("#page-count")).to_have_text(re.compile("^0 of "))
        # A link to what the filter hides shows it all the same.
        self.operation("POST /everything/add")
        expect(field).to_have_value("")

    def test_counts_agree(self):
        self.open(Everything.site.gateway)
        self.page.get_by_label("Filter operations").fill("e")
        all_operations = self.page.locator("#page-links li .badge").count()
        expect(self.page.locator("#page-count")).to_have_text(re.compile(f" of {all_operations} operations$"))
        about = self.page.locator("main section").first
        expect(about).to_contain_text(f"3 services, {all_operations} operations, 3 of them the gateway")

    def test_links_at_the_side(self):
        self.open(Everything.site.gateway)
        for title, text in [
            ("POST /everything/picture", "picture"), ("GET /v1/pictures/{name}", "/v1/pictures/{name}"),
            ("POST /v1/pictures", "/v1/pictures"), ("GET /v1/shelves/{shelf}/items", "/v1/shelves/{shelf}/items"),
        ]:
            expect(self.page.locator(f'#page-links a[title="{title}"] .name')).to_have_text(text)

    def test_names_of_templates(self):
        """A path that ends with the operation's name is no service's, unless the service is all that stands before."""
        def change(document):
            everything = document["paths"]
            everything["/v1/{id}/add"] = everything.pop("/everything/add")
            many = everything.pop("/everything/store")
            many["post"]["tags"] = ["servers/{id.name}"]
            everything["/servers/{id_name}/store"] = many

        self.start(Everything.site.gateway, change=change)
        self.page.goto(Everything.site.gateway + "/docs")
        expect(self.page.locator('#page-links a[title="POST /v1/{id}/add"] .name')).to_have_text("/v1/{id}/add")
        expect(self.page.locator('#page-links a[title="POST /servers/{id_name}/store"] .name')).to_have_text("store")

    def test_keyboard_only(self):
        self.open(Everything.site.gateway)
        keyboard = self.page.keyboard
        keyboard.press("Tab")
        expect(self.page.get_by_text("Skip to the operations")).to_be_focused()
        expect(self.page.get_by_text("Skip to the operations")).to_be_in_viewport()
        keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()
        first = self.page.locator("details.operation > summary").first
        # There may be fields for credentials before it.
        for _ in range(5):
            keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        expect(first).to_be_focused()
        self.assertNotEqual(first.evaluate("element => getComputedStyle(element).outlineStyle"), "none")
        keyboard.press("/")
        expect(self.page.get_by_label("Filter operations")).to_be_focused()
        keyboard.type("everything/add")
        keyboard.press("Enter")
        item = self.page.locator(self.address("POST /everything/add"))
        expect(item.locator("summary").first).to_be_focused()
        for _ in range(40):
            keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.tagName") == "TEXTAREA":
                break
        keyboard.press("Control+A")
        keyboard.type('{"a": 1, "b": 2}')
        for _ in range(10):
            keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent") == "Send":
                break
        keyboard.press("Enter")
        answer = item.get_by_role("group", name="Answer")
        expect(answer).to_contain_text('"returnValue": 3')
        expect(item.get_by_role("status")).to_have_text("Answer: 200 OK")

    def test_phone(self):
        self.open(Everything.site.gateway, width=360, height=740, has_touch=True, is_mobile=True)
        for name in ["add", "find", "store", "take", "turn", "picture"]:
            item = self.operation(f"POST /everything/{name}")
            self.open_all(item)
            self.send(item)
        self.assertEqual(self.page.evaluate("document.documentElement.scrollWidth"), 360)
        expect(self.page.locator("#page-nav")).not_to_be_visible()
        menu = self.page.get_by_role("button", name="Menu")
        menu.tap()
        expect(menu).to_have_attribute("aria-expanded", "true")
        self.page.locator('#page-links a[title="POST /everything/store"]').tap()
        expect(self.page.locator("#page-nav")).not_to_be_visible()
        expect(self.page.locator(self.address("POST /everything/store") + " > summary")).to_be_in_viewport()

    def test_light_and_dark(self):
        self.open(Everything.site.gateway, color_scheme="dark")
        light = "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'"
        self.assertFalse(self.page.evaluate(light))
        button = self.page.get_by_role("button", name="Theme")
        button.click()
        expect(button).to_have_text("Theme: light")
        self.assertTrue(self.page.evaluate(light))
        self.page.reload()
        expect(button).to_have_text("Theme: light")
        button.click()
        self.assertFalse(self.page.evaluate(light))

    def test_accessibility(self):
        for scheme in ["light", "dark"]:
            for width in [1280, 360]:
                with self.subTest(scheme, width=width):
                    self.open(Everything.site.gateway, color_scheme=scheme, width=width)
                    for name in ["find", "take", "store"]:
                        self.send(self.operation(f"POST /everything/{name}"))
                    results = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
                    self.assertEqual(results.violations_count, 0, results.generate_report())

    def test_thousand_operations(self):
        def change(document):
            item = document["paths"]["/everything/store"]
            for number in range(1000):
                operation = {**item["post"], "operationId": f"many_{number}", "tags": [f"service{number // 50}"]}
                document["paths"][f"/many/{number}"] = {"post": operation}

        self.open(Everything.site.gateway, change=change, fragment="#many_999")
        expect(self.page.locator("#many_999 form")).to_be_visible()
        self.page.get_by_label("Filter operations").fill("many/77")
        expect(self.page.locator("#page-count")).to_have_text(re.compile("^11 of 10"))

    def test_schemas_of_every_kind(self):
        def change(document):
            document["components"]["schemas"] |= {
                "Loop": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Loop"}}, "required": ["next"]},
                "Pair": {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"properties": {"extra": {"type": ["integer", "null"]}}}]},
                "Choice": {"oneOf": [{"$ref": "#/components/schemas/Loop"}, {"const": 5}], "discriminator": {"propertyName": "kind"}},
                "Lost": {"$ref": "#/components/schemas/Nowhere"}, "Anything": True, "Round": {"$ref": "#/components/schemas/Round"},
            }
            names = ["Loop", "Pair", "Choice", "Lost", "Anything", "Round"]
            schema = {"type": "object", "properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in names}}
            document["paths"]["/everything/strange"] = {"post": {
                "parameters": [{"$ref": "#/components/parameters/nowhere"}, {"name": "c", "in": "cookie"}, {"name": "q", "in": "query"}],
                "requestBody": {"content": {"application/json": {"schema": schema}, "text/csv": {}}}, "responses": {"200": {}}}}

        self.open(Everything.site.gateway, change=change)
        item = self.operation("POST /everything/strange")
        self.open_all(item)
        item.get_by_label("Content-Type").select_option("text/csv")
        expect(item).to_contain_text("One of these; kind says which.")
        for name in ["Loop", "Pair", "Choice", "Lost", "Anything", "Round"]:
            self.page.evaluate("id => { location.hash = id }", f"#type-{name}")
            expect(self.page.locator(f"#type-{name} > .inside")).to_be_visible()

    def test_types_that_stand_in_one_another_twice(self):
        def change(document):
            names = [f"Page.Doubled{number}" for number in range(40)]
            for name, inner in zip(names, names[1:] + ["Page.Point"]):
                two = {side: {"$ref": f"#/components/schemas/{inner}"} for side in ("left", "right")}
                document["components"]["schemas"][name] = {"type": "object", "properties": two, "required": ["left", "right"]}
            document["paths"]["/everything/double"] = {"post": {"operationId": "1_double", "requestBody": {
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{names[0]}"}}}}, "responses": {"200": {}}}}

        # The button is there where the form is below everything else.
        self.open(Everything.site.gateway, change=change, width=390)
        item = self.page.locator("[id='1_double']")
        item.locator("summary").first.click()
        expect(item.get_by_role("textbox", name="Body")).to_have_value(re.compile('^{\\s*"left": {'))
        # The operation's name begins with a digit, as that of a service may.
        item.get_by_role("button", name="Try it").click()
        expect(item.locator("form")).to_be_in_viewport()

    def test_document_cannot_be_read(self):
        self.start(Everything.site.gateway)
        self.page.route("**/openapi.json", lambda route: route.fulfill(status=500, body="no"))
        self.page.goto(Everything.site.gateway + "/docs")
        expect(self.page.get_by_role("alert")).to_have_text("openapi.json can’t be read: status 500")
