"""The README's tour in a browser, against a laptop with its demo data: `infra/ci/page` starts it and runs this.

PAGE_URL is the page's address, PAGE_KEY the key of Patas & Cia, PAGE_SHOTS a folder for pictures if any are wanted,
PAGE_PICTURE a file for the picture that the README shows.
The steps follow each other: the first that fails ends the tour.
"""

import json
import os
import re
import time
import unittest
import urllib.request
from datetime import datetime, timedelta

from page_browser import PAGE, PATIENCE_SECONDS, WIDE, Browser
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

KEY = os.environ["PAGE_KEY"]
PICTURE = os.environ.get("PAGE_PICTURE")

PHONE = "5511987654321"
NAME = "Ana Souza"
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 5
LONG_PHONE = "5511912345678"
OPERATOR_KEY = "laptop-operator-key"
BUSINESS = "Patas & Cia"
BUSINESSES = [BUSINESS, "Hotel La Candelaria", "Soda Doña Flor"]
PANES = ["People", "Chat", "Business", "System"]
NARROW = (360, 740)
README = (1280, 720)

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


def api(path, body, key=KEY):
    """Posts to the public API; its answer."""
    headers = {"x-api-key": key, "content-type": "application/json"}
    request = urllib.request.Request(f"{PAGE}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


def read(path):
    """Reads from the public API."""
    request = urllib.request.Request(f"{PAGE}{path}", headers={"x-api-key": KEY})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


def load_points(points, load_id):
    """Loads points for the phone; the balance."""
    body = {"phone": PHONE, "points": points, "reason": "tour", "load_id": load_id}
    return api("/api/points/load", body)["balance"]


class Tour(Browser):
    """Each step begins where the one before it ended."""

    # Sessions, as the page lists them ---------------------------------------------------------------------------------

    def session_of(self, user):
        """The line of the user's session, which is opened if there is none."""
        line = f'//ul[@aria-label="Sessions"]/li[.//strong[normalize-space()="User {user}"]]'
        if not self.all(line):
            self.field("User").clear()
            self.field("User").send_keys(user)
            self.button("Open a session").click()
            self.noticed(f"A session of user {user} is opened")
        return self.one(line)

    def code_of(self, session):
        """The picture of the session's code, once it is there."""
        is_drawn = "return arguments[0].naturalWidth > 0"
        drawn = lambda: [one for one in self.all("//img", session) if self.driver.execute_script(is_drawn, one)]
        return self.wait("sight of the code", drawn)[0]

    def stands(self, session, *parts):
        """Waits until the session's line has all the parts."""
        self.wait(f"session with {parts}", lambda: all(part in session.text for part in parts))

    def batches(self, kind, answer):
        """The batches of this kind that the upstream answered so."""
        rows = self.all(f'//tr[th[normalize-space()="{kind}"]]', self.panel("Upstream"))
        return [row for row in rows if answer in row.text]

    # The steps --------------------------------------------------------------------------------------------------------

    def test_01_the_demo_is_listed_with_owners_and_customers(self):
        self.wait("connection", lambda: self.all('//*[@role="status"][normalize-space()="Running"]'))
        for name in BUSINESSES:
            business = self.one(f'//section[.//h2[starts-with(normalize-space(), "{name}")]]', self.pane("People"))
            people = [person.text.split("\n") for person in self.all("//li", business)]
            owners = [words for words in people if words[1] == "owner"]
            self.assertGreaterEqual(len(owners), 1, f"owners of {name}")
            self.assertGreaterEqual(len(people) - len(owners), 5, f"customers of {name}")

    def test_02_a_new_customer_is_asked_and_the_chat_opens_by_keys_alone(self):
        customer = {"name": NAME, "phone": f"+{PHONE}", "locale": "pt-BR", "email": "ana@example.com"}
        customer |= {"gender": "female", "city": "São Paulo", "marketing_consent": True}
        api("/api/customers", customer)
        for control in [f"API docs with the key of {BUSINESS}", "Business", "System", "Find or add a phone"]:
            self.press(Keys.TAB)
            self.assertEqual(self.focused(), control)
        self.press(PHONE)
        self.contact(NAME)
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
        self.tab("System").click()
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

    def test_14_back_and_reload_keep_the_person_and_the_pane(self):
        first = self.driver.current_url
        self.assertIn(PHONE, first)
        self.tab("People").click()
        self.tab("System").click()
        self.pane("System")
        self.driver.refresh()
        self.pane("System")
        self.driver.back()
        self.pane("People")
        self.wait("sight of the person", lambda: not self.driver.execute_script(COVERED, self.contact(NAME)))
        self.driver.back()
        self.pane("Chat")
        self.chat_is_of(NAME)
        self.assertEqual(self.driver.current_url, first)
        self.resize(WIDE)
        self.open("Marina")
        self.chat_is_of("Marina Couto")
        self.driver.back()
        self.chat_is_of(NAME)
        self.driver.forward()
        self.chat_is_of("Marina Couto")

    def test_15_the_focused_person_is_always_in_sight(self):
        self.search(Keys.ARROW_DOWN)
        for keys in [[Keys.ARROW_DOWN] * 25, [Keys.END], [Keys.ARROW_UP] * 25, [Keys.HOME]]:
            for key in keys:
                self.press(key)
                focused = self.driver.switch_to.active_element
                self.assertEqual(focused.get_attribute("class"), "contact")
                self.assertFalse(self.driver.execute_script(COVERED, focused), focused.text)
            self.assertEqual(focused.value_of_css_property("outline-style"), "solid")
        self.picture("wide-focus")
        self.open(NAME)
        self.press(Keys.ESCAPE)
        self.wait("focus in the list", lambda: NAME in self.focused())

    def test_16_why_a_message_was_not_sent_is_told_in_words(self):
        offer = {"phone": PHONE, "text": "20 % off", "kind": "marketing", "message_id": "offer"}
        api("/api/messages", offer)
        self.open(NAME)
        why = "The person has opted out of marketing."
        self.bubble("Not sent", "20 % off", why)
        entry = self.one(f'//ul[@aria-label="Messages that were not sent"]/li[contains(., "{why}")]')
        self.assertIn(NAME, entry.text)
        self.assertIn("skipped", entry.text)
        self.driver.execute_script("arguments[0].closest('details').scrollIntoView()", entry)
        self.picture("wide-not-sent-list")
        self.choose("What", "131026 undeliverable, told later")
        self.choose("For", "the open chat’s person")
        # Another message to the same person may come first.
        self.choose("How often", "until cleared")
        self.button("Set fault").click()
        self.noticed("Fault set")
        load_points(1, "third")
        self.bubble(BUSINESS, "58 pontos", "not delivered: undeliverable", end="failed")
        self.picture("wide-not-sent")
        self.button("Clear all").click()
        self.noticed("All faults cleared")
        self.choose("How often", "once")

    def test_17_a_template_is_named_with_its_language(self):
        self.bubble(BUSINESS, "50 pontos", "sent as template recado_", "(pt_BR)")
        self.picture("wide-template")

    def test_18_long_words_break_nothing(self):
        customer = {"name": LONG_NAME, "phone": f"+{LONG_PHONE}"}
        api("/api/customers", customer)
        self.open(LONG_NAME)
        self.field("Message").send_keys("w" * 300, Keys.ENTER)
        self.bubble("You", "w" * 300)
        api("/api/messages", {"phone": LONG_PHONE, "text": "v" * 300, "message_id": "n" * 128})
        self.bubble(BUSINESS, "v" * 300)
        for size, name in [(WIDE, "wide"), (NARROW, "narrow")]:
            self.resize(size)
            for tab in PANES if size == NARROW else []:
                self.tab(tab).click()
                self.assertEqual(self.driver.execute_script(TOO_WIDE), [], tab)
                self.picture(f"{name}-long-{tab.lower()}")
            self.assertEqual(self.driver.execute_script(TOO_WIDE), [], name)
            self.picture(f"{name}-long")
        self.resize(WIDE)

    def test_19_keys_are_copied(self):
        self.driver.execute_cdp_cmd("Browser.grantPermissions",
            {"origin": PAGE, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        for whose, key in [(f"the key of {BUSINESS}", KEY), ("the operator’s key", OPERATOR_KEY)]:
            self.button(f"Copy {whose}").click()
            self.noticed(f"Copied {whose}")
            copied = self.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
            self.assertEqual(copied, key)

    def test_20_the_documentation_opens_with_a_key_and_tries_requests_with_it(self):
        link = self.one(f'//a[@aria-label="API docs with the key of {BUSINESS}"]')
        with self.in_docs(link) as driver:
            self.assertNotIn("rk_", driver.current_url)
            self.assertEqual(self.field("API key").get_property("value"), KEY)
            first = driver.execute_script("return document.querySelector('input, button, a').id")
            self.assertEqual(first, "key")
            self.picture("docs")
            driver.refresh()
            self.assertEqual(self.field("API key").get_property("value"), KEY)
            read = self.one('//div[contains(@class, "opblock-summary")][.//*[@data-path="/api/messages"]][.//span[.="GET"]]')
            read.find_element(By.TAG_NAME, "button").click()
            self.one('//button[normalize-space()="Execute"]').click()
            self.wait("answer", lambda: self.all('//*[contains(@class, "live-responses-table")]//td[starts-with(., "200")]'))
            self.picture("docs-tried")
            self.resize(NARROW)
            self.picture("docs-narrow")
            self.assertFalse(driver.execute_script("return document.scrollingElement.scrollWidth > innerWidth"))
        self.resize(WIDE)

    def test_21_a_session_is_opened_and_shows_its_code(self):
        self.tab("System").click()
        session = self.session_of("1")
        code = self.code_of(session)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", code)
        self.picture("wide-session")
        self.resize(NARROW)
        self.assertEqual(self.driver.execute_script(TOO_WIDE), [])
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", code)
        self.picture("narrow-session")
        self.resize(WIDE)

    def test_22_a_scanned_session_is_connected_and_the_upstream_hears_of_it(self):
        session = self.session_of("1")
        name = session.get_attribute("data-key")
        phone = self.field("Phone that scans").get_property("value")
        self.button(f"Scan it {name}").click()
        self.noticed(f"The code of {name} was scanned")
        self.stands(session, "connected · active", f"open as +{phone}")
        self.assertEqual(self.all("//img", session), [])
        self.wait("news at the upstream", lambda: self.batches("Codes", "200") and self.batches("Status", "200"))

    def test_23_a_logout_on_the_phone_is_seen(self):
        session = self.session_of("1")
        # Within half a minute of a scan a logout is taken for the end of the first connection.
        time.sleep(36)
        self.choose("Reason of a fall", "401 logged out")
        self.button(f"Disconnect {session.get_attribute('data-key')}").click()
        self.stands(session, "logged out · inactive", "last fall 401")

    def test_24_news_waits_while_the_upstream_is_down(self):
        self.choose("Upstream fault", "Down: connection refused")
        self.choose("Strikes", "until cleared")
        self.button("Set upstream fault").click()
        self.noticed("Fault set")
        self.code_of(self.session_of("2"))
        self.wait("tries without an answer", lambda: self.batches("Codes", "no answer"))
        taken = len(self.batches("Codes", "200"))
        self.driver.execute_script("arguments[0].scrollIntoView()", self.panel("Upstream"))
        self.picture("wide-upstream-down")
        self.button("Clear upstream faults").click()
        self.noticed("All faults of the upstream cleared")
        self.wait("news after that", lambda: len(self.batches("Codes", "200")) > taken)
        self.assertEqual(len(self.batches("Codes", "200")), taken + 1)

    def test_25_a_conversation_is_taken_over_and_given_back(self):
        self.tab("Business").click()
        whose = f"//select[@id='business-name']/option[contains(., '{BUSINESS}')]"
        self.wait("the business among all", lambda: self.all(whose))[0].click()
        self.choose("Show", "all conversations")
        name = self.one(f"//ul[@id='conversations']//button[contains(., '{NAME}')]")
        name.click()
        log = "//ol[@id='conversation-log']/li"
        self.wait("both sides", lambda: self.all(f"{log}[contains(@class, 'theirs')]") and self.all(f"{log}[contains(@class, 'own')]"))
        self.button("Take over").click()
        self.wait("a person has it", lambda: "a person has it" in self.one("//p[@id='conversation-about']").text)
        self.field("Reply of the business").send_keys("Aqui é a Marina", Keys.ENTER)
        self.wait("the reply", lambda: any("Aqui é a Marina" in line.text and "By the API" in line.text for line in self.all(log)))
        self.choose("By", "the business’s phone")
        self.field("Reply of the business").send_keys("Pode vir às dez?", Keys.ENTER)
        self.wait("the word by hand", lambda: any("Pode vir" in line.text and "on the phone" in line.text for line in self.all(log)))
        self.wait("what it cost", lambda: "ended in 30 days" in self.one("//p[@id='crm-status']").text)
        self.picture("inbox")
        self.button("Give back").click()
        self.wait("the assistant has it", lambda: "a person" not in self.one("//p[@id='conversation-about']").text)

    def test_26_customers_are_searched(self):
        self.tab("Business").click()
        section = self.one("//details[@id='search-customers']")
        self.driver.execute_script("arguments[0].open = true; arguments[0].scrollIntoView()", section)
        form = "//form[@id='search-form']"
        self.one(f"{form}//input[@name='name']").send_keys(NAME.split()[0].lower(), Keys.ENTER)
        found = "//tbody[@id='search-found']/tr"
        self.wait("who is found", lambda: any(NAME in row.text for row in self.all(found)))
        self.assertIn("as of", self.one("//p[@id='search-about']").text)
        self.picture("search")
        self.one(f"{form}//input[@name='city']").send_keys("Atlantis", Keys.ENTER)
        self.wait("nobody", lambda: not self.all(found))

    def test_27_a_segment_is_saved_and_written_to(self):
        segment = "//ul[@id='segments']//button[starts-with(normalize-space(), '{}')]"
        count = lambda name: int(self.one(segment.format(name)).text.split()[-1])
        self.wait("the segments", lambda: self.all(segment.format("champions")))
        for name in ("champions", "promising", "loyal", "slipping", "at risk", "hibernating", "lost", "never bought"):
            self.assertGreater(count(name), 0, name)
        lapsing = count("loyal")
        self.one(segment.format("loyal")).click()
        about = lambda: self.one("//p[@id='search-about']").text
        self.wait("those of the segment", lambda: about().startswith(f"{lapsing} customer"))
        self.field("Name of this search").send_keys("loyal-ones", Keys.ENTER)
        saved = "//ul[@id='saved-searches']/li[contains(., 'loyal-ones')]"
        line = self.wait("the saved search", lambda: self.all(saved))[0]
        self.assertIn(f"loyal-ones: {lapsing} customer", line.text)
        self.one(".//summary", line).click()
        self.one(".//textarea", line).send_keys("Oi, {{name}}! Saudades")
        self.one(".//button[normalize-space()='Make a campaign']", line).click()
        self.noticed("The campaign is a draft; start it below")
        self.picture("saved-search")
        campaign = "//ul[@id='campaigns']/li[contains(., 'loyal-ones')]"
        self.wait("the campaign", lambda: self.all(f"{campaign}//button[normalize-space()='Start']"))[0].click()
        # It has no template: nobody is written to who has not written in the last day, and some have opted out.
        left_out = lambda: sum(int(count) for count in re.findall(r"(\d+) left out", self.one(campaign).text))
        self.wait("everybody left out", lambda: left_out() == lapsing)

    def test_28_what_a_campaign_brought_is_a_picture(self):
        template = {"name": "win_back", "variables": {"name": "{{name}}", "business": BUSINESS, "offer": "10%"}}
        asked = {"campaign_id": "miss-you", "name": "Saudades", "audience": {"segment": "all"}, "holdout": 30}
        api("/api/campaigns", {**asked, "template": template})
        line = "//ul[@id='campaigns']/li[contains(., 'Saudades')]"
        self.wait("the campaign", lambda: self.all(f"{line}//button[normalize-space()='Start']"))[0].click()
        # One that is only sent may fail later, and a purchase after it is not the campaign's.
        reached = lambda: [one for one in read("/api/campaigns/miss-you/recipients")["recipients"]
                           if one["status"] in ("delivered", "read")]
        one = self.wait("somebody reached", reached)[0]
        after = datetime.fromisoformat(one["message"]["sent_at"]) + timedelta(seconds=1)
        bought = {"invoice_id": "came-back", "customer_id": one["customer_id"], "at": after.isoformat(), "total": "70.00"}
        # A purchase is not of the future.
        time.sleep(1)
        api("/api/purchases", {**bought, "lines": [{"product": "Banho", "amount": "70.00"}]})
        figure = f"{line}//figure"
        words = lambda: self.one(f"{figure}/figcaption").text
        self.wait("the purchase", lambda: self.all(figure) and words().startswith("1 bought within 30 days"))
        self.assertIn("70.00", words())
        self.assertIn("held out", words())
        counts = [count.text for count in self.all(f"{figure}//*[name()='text'][@class='count']")]
        messaged = int(counts[0])
        self.assertEqual((counts[3], messaged > 1), ("1", True))
        # Its bar is as long as the part of the messages that it tells of.
        width = lambda name: float(self.one(f"{figure}//*[name()='rect'][@class='{name}']").get_attribute("width"))
        self.assertAlmostEqual(width("bought") / width("sent"), 1 / messaged, places=3)
        self.driver.execute_script("arguments[0].scrollIntoView()", self.one(line))
        self.picture("returns")

    def test_29_every_control_has_a_name(self):
        self.assertEqual(self.driver.execute_script(NAMELESS), [])


if __name__ == "__main__":
    unittest.main(failfast=True)
