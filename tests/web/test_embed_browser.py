"""The chat on somebody else's page, in a real browser and from another origin: listed, not listed, hostile styles, two
frames, keyboard, phone, 400 % zoom."""

from __future__ import annotations

import http.server
import string
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from assistant.access import AccessSettings, SiteSettings
from assistant.serving import OperationSettings, WebSettings
from assistant.web import create_app
from assistant.web.pause import pause, resume
from assistant.web.server import listen
from tests.web.conftest import Served
from tests.web.doubles import FakeAssistant, wait_until

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parent / "intranet.html"
EMPLOYERS = "What do the reports want from employers?"
NEAR = "How long was the exhibition at Bentley Priory open?"


@dataclass
class Intranet:
    """A page on another origin that shows our chat twice and as a button. `strange` is the same page elsewhere."""

    ours: str
    listed: str
    strange: str
    pauses: Path


@pytest.fixture(scope="module")
def intranet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intranet]:
    pauses = tmp_path_factory.mktemp("pauses")
    listening = listen("127.0.0.1", 0)
    ours = f"http://127.0.0.1:{listening.getsockname()[1]}"
    body = string.Template(PAGE.read_text(encoding="utf-8")).substitute(HOST=ours, SITE="intranet").encode()

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    listed, strange = (f"http://{name}:{pages.server_port}" for name in ("localhost", "127.0.0.1"))
    site = SiteSettings(name="intranet", origins=(listed,))
    made = WebSettings(
        access=AccessSettings(rule="sites", sites=(site,)),
        operation=OperationSettings(pause_folder=pauses),
        screen=False,
    )
    server = uvicorn.Server(uvicorn.Config(create_app(FakeAssistant(), made), log_level="error", proxy_headers=False))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 30)
    yield Intranet(ours, listed, strange, pauses)
    pages.shutdown()
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def opened(browser: Any, intranet: Intranet, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 1000}, **getattr(request, "param", {})})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{intranet.listed}/")
    yield page
    context.close()


def first(page: Any) -> Any:
    return page.locator("common-ground-chat").first.frame_locator("iframe")


def second(page: Any) -> Any:
    return page.locator("common-ground-chat").nth(1).frame_locator("iframe")


def ask(frame: Any, question: str = EMPLOYERS) -> Any:
    box = frame.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    turn = frame.locator(".turn").last
    turn.locator(".state").wait_for()  # its own: the turns before it have theirs already
    return turn


def test_a_listed_page_shows_two_chats_that_answer_with_their_sources(opened: Any) -> None:
    turn = ask(first(opened))
    assert turn.locator(".state").inner_text() == "Answered, quoted word for word"
    assert "“Public authorities should work closely" in turn.locator(".words").first.inner_text()
    assert turn.locator(".words strong").first.inner_text() == "Public authorities"
    assert turn.locator(".card").count() == 2
    for words in ("CRE study, 2007, Local", "March 2007", "Commission for Racial Equality"):
        assert words in turn.locator(".card").first.inner_text()
    assert turn.locator(".card mark").first.is_visible()
    assert "The CRE was replaced by the EHRC" in turn.locator(".notice").inner_text()
    other = ask(second(opened), NEAR)
    assert "Not in the documents" in other.inner_text()
    assert "This is not an answer to the question." in other.inner_text()
    assert first(opened).locator(".turn").count() == 1
    assert "1 document from 2017" in second(opened).locator("header").inner_text()


def test_neither_side_touches_the_others_styles(opened: Any, intranet: Intranet) -> None:
    first(opened).get_by_label("Your question").wait_for()
    seen = opened.evaluate(
        """() => { const own = getComputedStyle(document.getElementById('own'));
                   const chat = document.querySelector('common-ground-chat'), frame = chat.shadowRoot.querySelector('iframe');
                   const style = getComputedStyle(chat), inner = frame.getBoundingClientRect();
                   return [own.color, own.textTransform, style.display, style.opacity, style.transform, style.visibility, inner.width, inner.height] }"""
    )
    assert seen[:6] == ["rgb(255, 0, 255)", "uppercase", "block", "1", "none", "visible"]
    assert seen[6] > 500 and seen[7] > 200
    assert opened.evaluate("Object.keys(window).filter(k => /ground|chat/i.test(k)).length") == 0


def test_it_grows_with_its_answer(opened: Any) -> None:
    frame = "document.querySelector('common-ground-chat').shadowRoot.querySelector('iframe').clientHeight"
    first(opened).get_by_label("Your question").wait_for()
    before = opened.evaluate(frame)
    ask(first(opened))
    assert wait_until(lambda: opened.evaluate(frame) > before + 100)
    assert opened.evaluate(frame) <= 722
    ask(first(opened))
    assert opened.evaluate("scrollY") == 0, "the page around it was moved"


def test_a_welsh_page_is_welsh_around_the_documents_english(opened: Any, intranet: Intranet) -> None:
    opened.evaluate(
        """() => { const chat = document.createElement('common-ground-chat'); chat.setAttribute('site', 'intranet');
                   chat.setAttribute('lang', 'cy'); document.querySelector('common-ground-chat').before(chat) }"""
    )
    assert opened.locator("common-ground-chat >> iframe").first.get_attribute("title") == "Holi Common Ground"
    box = first(opened).get_by_label("Eich cwestiwn")
    box.fill(NEAR)
    box.press("Enter")
    turn = first(opened).locator(".turn")
    turn.get_by_text("Ddim yn y dogfennau").wait_for()
    assert "Nid yw'r dogfennau'n rhoi'r manylyn" in turn.inner_text()
    assert turn.locator("blockquote").get_attribute("lang") == "en"


def test_a_pause_is_told_kindly_and_the_question_is_kept(opened: Any, intranet: Intranet) -> None:
    first(opened).get_by_label("Your question").wait_for()
    pause(intranet.pauses, "We are checking a document.")
    try:
        turn = ask(first(opened))
        assert turn.locator(".state").inner_text() == "Answers are paused"
        assert "We are checking a document." in turn.inner_text()
        assert first(opened).get_by_label("Your question").input_value() == EMPLOYERS
        opened.reload()
        assert "We are checking a document." in first(opened).locator("#paused").inner_text()
    finally:
        resume(intranet.pauses)
    ask(first(opened))
    assert first(opened).locator("#paused").count() == 0


def test_the_frame_is_named_sandboxed_and_sets_no_cookie(opened: Any) -> None:
    frame = opened.locator("common-ground-chat >> iframe").nth(1)
    assert frame.get_attribute("title") == "Ask the MPs' report"
    assert "allow-top-navigation" not in str(frame.get_attribute("sandbox"))
    ask(first(opened))
    assert opened.context.cookies() == []


def test_the_button_opens_by_keyboard_and_escape_leads_back(opened: Any) -> None:
    button = opened.get_by_role("button", name="Ask about integration")
    button.focus()
    opened.keyboard.press("Enter")
    panel = opened.get_by_role("dialog", name="Ask about integration")
    frame = panel.frame_locator("iframe")
    frame.get_by_label("Your question").wait_for()
    assert wait_until(lambda: frame.locator("#question:focus").count() == 1)
    opened.keyboard.type(EMPLOYERS)
    opened.keyboard.press("Enter")
    frame.locator(".state").wait_for()
    opened.keyboard.press("Escape")
    assert wait_until(lambda: not panel.is_visible())
    assert button.get_attribute("aria-expanded") == "false"
    assert opened.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent") == "Ask about integration"


@pytest.mark.parametrize("opened", [{"viewport": {"width": 390, "height": 844}, "is_mobile": True}], indirect=True)
def test_on_a_phone_the_panel_fills_the_screen(opened: Any) -> None:
    opened.get_by_role("button", name="Ask about integration").click()
    frame = opened.get_by_role("dialog", name="Ask about integration").locator("iframe")
    frame.wait_for()
    box = frame.bounding_box()
    assert box["x"] == 0 and box["width"] >= 389 and box["height"] > 700
    below = "document.elementFromPoint(20, 830).getAttribute('mode')"
    assert opened.evaluate(below) == "button", "the page shows below the panel"
    opened.get_by_role("button", name="Close").click()
    assert opened.evaluate(below) != "button"


def test_a_page_that_is_not_listed_shows_a_sentence_and_no_chat(browser: Any, intranet: Intranet) -> None:
    page = browser.new_page()
    page.goto(f"{intranet.strange}/")
    words = page.locator("common-ground-chat").first.frame_locator("iframe").locator("main")
    words.wait_for()
    assert "This web site is not on the list of those that may show the chat." in words.inner_text()
    assert intranet.strange in words.inner_text()
    assert page.locator("common-ground-chat").first.frame_locator("iframe").locator("textarea").count() == 0
    page.close()


def test_a_page_that_hides_who_it_is_is_held_by_the_browser(browser: Any, intranet: Intranet) -> None:
    page = browser.new_page()
    page.goto(f"{intranet.strange}/")
    page.evaluate(
        """url => { const f = document.createElement('iframe'); f.referrerPolicy = 'no-referrer'; f.src = url; f.id = 'sly';
                    f.style.cssText = 'display:block !important'; document.body.replaceChildren(f) }""",
        f"{intranet.ours}/embed?site=intranet",
    )
    # wait_for_timeout lets Playwright hear of the frame; sleeping would not.
    held = (page.wait_for_timeout(200) or page.frames[-1].url.startswith("chrome-error") for _ in range(50))
    assert any(held)
    assert not any("/embed" in frame.url for frame in page.frames)
    page.close()


# the chat by itself, on our own page


@pytest.fixture
def alone(browser: Any, served: Served, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(**{"viewport": {"width": 400, "height": 700}, **getattr(request, "param", {})})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.complaints = []
    page.on("console", lambda line: line.type == "error" and page.complaints.append(line.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{served.url}embed")
    yield page
    context.close()


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_a_number_leads_to_its_source_by_keyboard(alone: Any) -> None:
    ask(alone)
    link = alone.get_by_role("link", name="[2] APPG interim report, 2017").first
    link.focus()
    alone.keyboard.press("Enter")
    assert focused(alone) == "turn-1-source-2"
    alone.keyboard.press("Tab")
    alone.keyboard.press("Enter")
    assert "ensure a more sustainable supply" in alone.locator("#turn-1-source-2 .passage").inner_text()


def test_a_follow_up_brings_what_was_said(alone: Any, served: Served) -> None:
    ask(alone)
    turn = ask(alone, "And the trade unions?")
    assert "Asked after 2 earlier messages." in turn.inner_text()
    assert wait_until(lambda: 0 <= turn.bounding_box()["y"] < 20), "the answer is out of sight"
    assert alone.evaluate("document.documentElement.scrollHeight === document.documentElement.offsetHeight")


def test_what_documents_and_people_write_stays_text(alone: Any) -> None:
    turn = ask(alone, "hostile <img src=x onerror=window.hacked=3>")
    assert "<img src=x" in turn.inner_text()
    assert alone.evaluate("window.hacked") is None
    assert alone.locator("#log img, #log script").count() == 0
    assert "\u202e" not in turn.inner_text()
    assert alone.complaints == []


def test_a_fault_and_a_stop_are_told_and_one_can_ask_again(alone: Any, served: Served) -> None:
    turn = ask(alone, "Please break")
    assert "That was our fault" in turn.inner_text()
    served.assistant.gate.clear()
    alone.get_by_label("Your question").fill("A slow one")
    alone.get_by_role("button", name="Ask", exact=True).click()
    alone.get_by_role("button", name="Stop").click()
    served.assistant.gate.set()
    alone.locator(".turn").last.get_by_text("Stopped.").wait_for()
    assert alone.get_by_label("Your question").input_value() == "A slow one"
    assert wait_until(lambda: ask(alone).locator(".card").count() == 2)


def test_a_screen_reader_hears_the_answer_once(alone: Any) -> None:
    ask(alone)
    heard = alone.get_by_role("status").inner_text()
    assert heard.startswith("Answered.") and "Public authorities" in heard and "2 sources shown below." in heard


@pytest.mark.parametrize(
    "alone",
    [
        {"viewport": {"width": 320, "height": 256}},
        {"viewport": {"width": 320, "height": 256}, "color_scheme": "dark"},
        {},
    ],
    indirect=True,
    ids=["400 % zoom", "400 % zoom, dark", "panel"],
)
def test_axe_finds_nothing_and_nothing_needs_sideways_scrolling(alone: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    ask(alone)
    ask(alone, NEAR)
    alone.locator("summary").first.click()
    results = axe.run(alone)
    assert [(found["id"], found["nodes"][0]["html"][:120]) for found in results.response["violations"]] == []
    assert alone.evaluate("document.documentElement.scrollWidth <= innerWidth")
