"""The README's tour in a browser, against a laptop with its demo data: `infra/ci/page` starts it and runs this.

PAGE_URL is the page's address, PAGE_KEY the key of Patas & Cia, PAGE_SHOTS a folder for pictures if any are wanted,
PAGE_PICTURE a file for the picture that the README shows.
The steps follow each other: the first that fails ends the tour.
"""

import json
import os
import shutil
import tempfile
import unittest
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

PAGE = os.environ["PAGE_URL"]
KEY = os.environ["PAGE_KEY"]
SHOTS = os.environ.get("PAGE_SHOTS")
PICTURE = os.environ.get("PAGE_PICTURE")

PHONE = "5511987654321"
BUSINESS = "Patas & Cia"
BUSINESSES = [BUSINESS, "Hotel La Candelaria", "Soda Doña Flor"]
PANES = ["People", "Chat", "System"]
WIDE = (1440, 900)
NARROW = (360, 740)
README = (1280, 720)
# A busy machine; what is waited for comes much sooner.
PATIENCE_SECONDS = 30

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Controls that no label, words or aria-label name; a placeholder or a title is no name.
NAMELESS = """
const words = (node) => node?.textContent.trim();
const named = (node) => node.ariaLabel?.trim()
  || (node.getAttribute("aria-labelledby") ?? "").split(/\\s+/).some((id) => words(document.getElementById(id)))
  || [...(node.labels ?? [])].some(words)
  || (["BUTTON", "A", "SUMMARY", "DIALOG", "PRE"].includes(node.tagName) && words(node));
const controls = document.querySelectorAll("button, input, select, textarea, a, summary, dialog[open], [tabindex]");
return [...controls].filter((node) => !named(node)).map((node) => node.outerHTML.slice(0, 200));
"""

# The elements that are wider than their place: the page, a pane, or what scrolls within one.
TOO_WIDE = """
const wide = (node) => node.scrollWidth > node.clientWidth && /auto|scroll/.test(getComputedStyle(node).overflowX);
const page = document.scrollingElement;
const inner = [...document.querySelectorAll("main *")].filter((node) => node.checkVisibility() && wide(node));
return [...(page.scrollWidth > innerWidth ? [page] : []), ...inner]
  .map((node) => `${node.tagName} ${node.id}: ${node.scrollWidth} > ${node.clientWidth}`);
"""

# Whether an element is cut off or covered, at its upper or lower edge.
COVERED = """
const [node] = arguments;
const { left, right, top, bottom } = node.getBoundingClientRect();
const seen = (y) => node.contains(document.elementFromPoint((left + right) / 2, y));
return !(seen(top + 3) && seen(bottom - 3));
"""

# Chooses every option in turn and sends the form; and how many of these were taken.
SET_EACH = """
performance.clearResourceTimings();
const [choice] = arguments;
for (const option of choice.options) {
  choice.value = option.value;
  choice.form.requestSubmit();
}
"""
TAKEN = """
const taken = ({ name, responseStatus }) => name.endsWith("/faults") && responseStatus === 201;
return performance.getEntriesByType("resource").filter(taken).length;
"""


def api(path, body):
    """Posts to the public API; its answer."""
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    request = urllib.request.Request(f"{PAGE}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


def load_points(points, load_id):
    """Loads points for the phone; the balance."""
    body = {"phone": PHONE, "points": points, "reason": "tour", "load_id": load_id}
    return api("/api/points/load", body)["balance"]


class Tour(unittest.TestCase):
    """Each step begins where the one before it ended."""

    @classmethod
    def setUpClass(cls):
        profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(profile.cleanup)
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in [*FLAGS, f"--user-data-dir={profile.name}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        cls.addClassCleanup(cls.driver.quit)
        cls.resize(WIDE)
        cls.driver.get(PAGE)

    def tearDown(self):
        severe = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(severe, [], "errors in the browser's log")

    # The page and its size ------------------------------------------------------------------------------------------

    @classmethod
    def resize(cls, size):
        """Gives the page this width and height; a window cannot be as narrow as a phone."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        cls.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def picture(self, name):
        if SHOTS:
            self.driver.save_screenshot(str(Path(SHOTS, f"{name}.png")))

    def wait(self, what, condition):
        """Waits until the condition holds; what it gave."""
        wait = WebDriverWait(self.driver, PATIENCE_SECONDS, 0.1, [StaleElementReferenceException])
        return wait.until(lambda _: condition(), f"{what} did not happen")

    def all(self, xpath, within=None):
        """What is shown of the elements that fit."""
        found = (within or self.driver).find_elements(By.XPATH, f".{xpath}" if within else xpath)
        return [element for element in found if element.is_displayed()]

    def one(self, xpath, within=None):
        """The only element that fits and is shown; waits for it."""
        found = self.wait(f"sight of {xpath}", lambda: self.all(xpath, within))
        self.assertEqual(len(found), 1, xpath)
        return found[0]

    def pane(self, name):
        return self.one(f'//section[@aria-label="{name}"]')

    def panel(self, name):
        return self.one(f'//details[summary//h2[normalize-space()="{name}"]]', self.pane("System"))

    def row(self, panel, name):
        return self.one(f'//tr[th[normalize-space()="{name}"]]', self.panel(panel))

    def button(self, name, within=None):
        return self.one(f'//button[@aria-label="{name}" or (not(@aria-label) and normalize-space()="{name}")]', within)

    def tab(self, name):
        return self.one(f'//nav//button[starts-with(normalize-space(), "{name}")]')

    def field(self, label):
        """The control of the label that begins so."""
        script = """return [...document.querySelectorAll("label")]
            .find((label) => label.textContent.trim().startsWith(arguments[0]))?.control ?? null"""
        return self.wait(f"field {label}", lambda: self.driver.execute_script(script, label))

    def choose(self, label, option):
        Select(self.field(label)).select_by_visible_text(option)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element.accessible_name

    def noticed(self, words):
        self.wait(f"notice “{words}”", lambda: self.all(f'//*[@role="status"][normalize-space()="{words}"]'))

    def bubbles(self):
        """Words of each bubble: who, the text, kind, time, and how far it came."""
        script = """return [...document.querySelectorAll('[role="log"] > *')].map((node) => node.textContent)"""
        return self.driver.execute_script(script)

    def bubble(self, who, *parts, end=""):
        """Waits for one bubble of theirs that has all the parts."""

        def there():
            found = [one for one in self.bubbles() if one.startswith(f"{who}: ") and all(part in one for part in parts)]
            return [one for one in found if one.endswith(end)]

        found = self.wait(f"bubble of {who} with {parts} {end}", there)
        self.assertEqual(len(found), 1, f"{parts} came more than once")

    def calls(self, name):
        running, calls = self.all("//td", self.row("Functions", name))[:2]
        return int(running.text), int(calls.text.replace(",", ""))

    # The tour -------------------------------------------------------------------------------------------------------

    def test_01_the_demo_is_listed_with_owners_and_customers(self):
        self.wait("connection", lambda: self.all('//*[@role="status"][normalize-space()="Running"]'))
        for name in BUSINESSES:
            business = self.one(f'//section[.//h2[starts-with(normalize-space(), "{name}")]]', self.pane("People"))
            people = [person.text.split("\n")[0].split() for person in self.all("//li", business)]
            owners = [words for words in people if words[-1] == "owner"]
            self.assertGreaterEqual(len(owners), 1, f"owners of {name}")
            self.assertGreaterEqual(len(people) - len(owners), 5, f"customers of {name}")

    def test_02_a_new_customer_is_asked_and_the_chat_opens_by_keys_alone(self):
        customer = {"name": "Ana Souza", "phone": f"+{PHONE}", "locale": "pt-BR", "email": "ana@example.com"}
        customer |= {"gender": "female", "city": "São Paulo", "marketing_consent": True}
        api("/api/customers", customer)
        self.press(Keys.TAB)
        self.assertEqual(self.focused(), "Find or add a phone")
        self.press(PHONE)
        self.wait("find", lambda: self.all(f'//section[@aria-label="People"]//button[contains(., "{PHONE[-8:]}")]'))
        self.press(Keys.ARROW_DOWN, Keys.ENTER)
        self.wait("focus in the message", lambda: f"to {BUSINESS}" in self.focused())
        self.bubble(BUSINESS, "aniversário", "Ana")
        self.assertFalse([one for one in self.bubbles() if "e-mail" in one], "asked for what is known")

    def test_03_loaded_points_are_told(self):
        self.assertEqual(load_points(50, "first"), 50)
        self.assertEqual(load_points(50, "first"), 50)
        self.bubble(BUSINESS, "50 pontos")

    def test_04_sair_is_confirmed(self):
        self.press("SAIR", Keys.ENTER)
        self.bubble("You", "SAIR")
        self.bubble(BUSINESS, "VOLTAR")

    def test_05_ticks_tell_how_far_each_message_came(self):
        for part in ["aniversário", "50 pontos", "VOLTAR"]:
            self.bubble(BUSINESS, part, end=("delivered", "read"))
        self.bubble("You", "SAIR", end=("taken by the webhook", "read by the business"))
        self.picture("wide-chat")
        if PICTURE:
            self.field("Find or add a phone").clear()
            self.wait("sight of everybody", lambda: len(self.all("//li", self.pane("People"))) > 15)
            self.resize(README)
            self.driver.save_screenshot(PICTURE)
            self.resize(WIDE)

    def test_06_the_system_is_shown(self):
        rows = {"Queues": "send-transactional", "Meter": "Functions", "Schedules": "run-due", "Functions": "points"}
        for panel, name in rows.items():
            self.row(panel, name)
        self.panel("Faults")
        self.assertRegex(self.panel("Meter").text, r"\$0\.\d*[1-9]")

    def test_07_a_schedule_is_fired(self):
        before = self.calls("run-due")[1]
        self.button("Fire run-due").click()
        self.noticed("run-due was fired")
        self.wait("call of run-due", lambda: self.calls("run-due")[1] > before)

    def test_08_a_fault_is_set_and_cleared(self):
        fault = "Connection refused"
        self.choose("What", fault)
        self.choose("For", "the open chat’s person")
        self.button("Set fault").click()
        self.noticed("Fault set")
        standing = f'//li[contains(., "{fault} for +{PHONE}")]'
        self.one(standing, self.panel("Faults"))
        self.button(f"Clear {fault}").click()
        self.noticed("Fault cleared")
        self.wait("end of the fault", lambda: not self.all(standing))

    def test_09_every_fault_can_be_set(self):
        standing = '//ul[@aria-label="Faults that stand"]/li'
        self.choose("For", "everybody")
        what = self.field("What")
        faults = [option.text for option in Select(what).options]
        self.driver.execute_script(SET_EACH, what)
        self.wait("taking of all faults", lambda: self.driver.execute_script(TAKEN) == len(faults))
        self.wait("sight of faults", lambda: self.all(standing))
        self.button("Clear all").click()
        self.noticed("All faults cleared")
        self.wait("end of all faults", lambda: not self.all(standing))

    def test_10_a_killed_function_comes_back_at_the_next_event(self):
        self.assertGreaterEqual(self.calls("points")[0], 1)
        self.button("Kill points").click()
        self.noticed("points was killed")
        self.wait("end of points", lambda: self.calls("points")[0] == 0)
        self.assertFalse(self.button("Kill points").is_enabled())
        self.assertEqual(load_points(7, "second"), 57)
        self.wait("return of points", lambda: self.calls("points")[0] == 1)
        self.bubble(BUSINESS, "57 pontos")

    def test_11_rows_open_a_look_that_escape_closes(self):
        for row in ["Messages of send-transactional", "Log of send-message"]:
            self.button(row).click()
            dialog = self.one(f'//dialog[.//h2[normalize-space()="{row}"]]')
            self.wait("content", lambda: dialog.find_element(By.TAG_NAME, "pre").text not in ("", "…"))
            self.press(Keys.ESCAPE)
            self.wait("closing", lambda: not self.all("//dialog"))
            self.assertEqual(self.focused(), row)

    def test_12_a_phones_screen_shows_each_pane_without_sideways_scrolling(self):
        self.resize(NARROW)
        self.driver.execute_script('for (const one of document.querySelectorAll("details")) one.open = true')
        for name in PANES:
            self.tab(name).click()
            self.pane(name)
            self.assertEqual([one for one in PANES if self.all(f'//section[@aria-label="{one}"]')], [name])
            self.assertEqual(self.driver.execute_script(TOO_WIDE), [], name)
            self.picture(f"narrow-{name.lower()}-open")
        self.driver.execute_script('for (const one of document.querySelectorAll("#chat details")) one.open = false')

    def test_13_a_phones_screen_lets_one_write(self):
        self.tab("People").click()
        self.tab("Chat").click()
        message = self.field("Message")
        send = self.button("Send")
        newest = self.driver.find_elements(By.XPATH, '//*[@role="log"]/*')[-1]
        for control in [message, send, newest]:
            self.assertFalse(self.driver.execute_script(COVERED, control), control.text)
        words = "Meu aniversário é 12 de março. " * 8
        message.send_keys(words)
        self.assertFalse(self.driver.execute_script(COVERED, send), "Send, below a long message")
        send.click()
        self.bubble("You", words.strip(), end=("taken by the webhook", "read by the business"))
        self.assertEqual(self.driver.execute_script(TOO_WIDE), [])
        self.picture("narrow-chat")

    def test_14_every_control_has_a_name(self):
        self.assertEqual(self.driver.execute_script(NAMELESS), [])


if __name__ == "__main__":
    unittest.main(failfast=True)
