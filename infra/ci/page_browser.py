"""A browser with the laptop's page in it, and the ways in which a test looks and acts there.

PAGE_URL is the page's address, PAGE_SHOTS a folder for pictures if any are wanted.
"""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

PAGE = os.environ["PAGE_URL"]
SHOTS = os.environ.get("PAGE_SHOTS")

WIDE = (1440, 900)
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


class Browser(unittest.TestCase):
    """One browser for all steps."""

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

    def contact(self, words):
        """The button of the person in the list whose words have these."""
        return self.one(f'//section[@aria-label="People"]//li/button[contains(., "{words}")]')

    def search(self, *keys):
        """Types into the search, which is emptied first as a person would."""
        self.field("Find or add a phone").send_keys(Keys.CONTROL + "a", Keys.NULL, Keys.DELETE, *keys)

    def open(self, words):
        """Opens the chat of the person whom the search finds."""
        self.search(words)
        self.contact(words)
        self.press(Keys.ENTER)
        self.wait("focus in the message", lambda: "Message from" in self.focused())

    def chat_is_of(self, name):
        self.wait(f"chat of {name}", lambda: self.all(f'//section[@aria-label="Chat"]//h2[normalize-space()="{name}"]'))

    def in_docs(self, link):
        """Follows a link to the API's documentation; comes back at the end."""
        docs = self.Docs(self, self.driver.current_window_handle)
        link.click()
        return docs

    class Docs:
        def __init__(self, tour, home):
            self.tour, self.home = tour, home

        def __enter__(self):
            driver = self.tour.driver
            self.tour.wait("new tab", lambda: len(driver.window_handles) == 2)
            driver.switch_to.window(next(one for one in driver.window_handles if one != self.home))
            self.tour.wait("sight of the operations", lambda: self.tour.all('//*[@class="opblock-tag-section is-open"]'))
            return driver

        def __exit__(self, *_):
            self.tour.driver.close()
            self.tour.driver.switch_to.window(self.home)

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
