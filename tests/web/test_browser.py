"""The screen as a person meets it, in a real browser, with an assistant that is known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Error

from assistant.web.pause import pause, resume
from tests.web.conftest import OPERATOR, Seen, Served
from tests.web.doubles import wait_until

pytestmark = pytest.mark.browser

EMPLOYERS = "What do the reports want from employers?"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ZOOMED = {"viewport": {"width": 320, "height": 256}}  # 1280 x 1024 at 400 %


def ask(page: Any, question: str = EMPLOYERS) -> Any:
    """Types, presses Enter and waits for the answer; gives its turn."""
    turns = page.locator(".cg-turn")
    before = turns.count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    turn = turns.nth(before)
    turn.locator(".cg-state").wait_for()
    return turn


def show(page: Any, tab: str) -> None:
    """Chooses a tab. Where there is no room for all of them, Gradio keeps the rest in a menu; and it measures the row anew
    while the page is laid out, so that what could be clicked may be gone a moment later."""
    assert wait_until(lambda: was_chosen(page, tab), seconds=15)


def was_chosen(page: Any, tab: str) -> bool:
    shown, menu = page.get_by_role("tab", name=tab).first, page.locator("#cg-tabs .overflow-menu > button")
    try:
        if not shown.is_visible():
            menu.click(timeout=1000)
            shown = page.locator("#cg-tabs .overflow-dropdown").get_by_text(tab).first
        shown.click(timeout=1000)
    except Error:
        return False
    return True


def in_view(page: Any, selector: str) -> bool:
    script = """s => { const r = document.querySelector(s).getBoundingClientRect();
                       return r.top >= -1 && r.top < innerHeight && r.height > 0 }"""
    return wait_until(lambda: bool(page.evaluate(script, selector)))


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_the_first_screen_says_what_it_is_what_it_covers_and_what_it_does_not_do(page: Any) -> None:
    intro = page.locator(".cg-intro").inner_text()
    assert "Ask about migrant and social integration" in intro
    assert "4 documents, 2007 to 2017" in intro
    assert "no legal or personal advice" in intro
    assert page.title() == "Common Ground"


def test_a_question_is_answered_with_its_evidence_beside_it(page: Any) -> None:
    turn = ask(page)
    assert turn.locator(".cg-state").inner_text() == "Answered, quoted word for word"
    assert "“Public authorities should work closely with employers" in turn.locator(".cg-statement").first.inner_text()
    assert turn.locator(".cg-statement strong").first.inner_text() == "Public authorities"
    card = turn.locator(".cg-card").first
    assert card.locator("mark").inner_text().startswith("Public authorities should work closely")
    assert "improve the evidence base" in card.locator("blockquote").inner_text()
    for words in ("CRE study, 2007", "Dated.", "Commission for Racial Equality", "March 2007", "report"):
        assert words in card.inner_text()
    beside = "t => t.querySelector('.cg-evidence').offsetLeft > t.querySelector('.cg-answer').offsetLeft + 400"
    assert turn.evaluate(beside)


def test_an_example_asks_itself(page: Any) -> None:
    page.get_by_role("button", name=EMPLOYERS).click()
    page.locator(".cg-state").wait_for()
    assert page.locator(".cg-question").inner_text().endswith(EMPLOYERS)
    assert not page.locator(".cg-examples").is_visible()


def test_a_number_leads_to_its_card_and_back(page: Any) -> None:
    turn = ask(page)
    turn.locator(".cg-cite").nth(1).click()
    assert wait_until(lambda: focused(page) == "turn-1-source-2")
    assert in_view(page, "#turn-1-source-2")
    page.locator("#turn-1-source-2 .cg-back").click()
    assert wait_until(lambda: focused(page) == "turn-1-statement-2")
    assert in_view(page, "#turn-1-statement-2")


def test_a_card_and_the_number_that_leads_to_it_are_named_in_words(page: Any) -> None:
    ask(page)
    assert page.get_by_role("link", name="[1] CRE study, 2007, Local", exact=True).count() == 1
    assert page.get_by_role("article", name="CRE study, 2007").first.is_visible()


def test_one_can_read_around_a_passage(page: Any) -> None:
    card = ask(page).locator(".cg-card").first
    card.get_by_text("Read around").click()
    assert "little experience of diversity" in card.locator(".cg-around").inner_text()
    assert "dispel myths" in card.locator(".cg-around").inner_text()


def test_what_is_copied_brings_its_source_along(page: Any) -> None:
    ask(page).get_by_role("button", name="Copy with citation").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Public authorities should work closely")
    assert copied.endswith("March 2007, Recommendations › Local)")


def test_a_follow_up_uses_what_was_said_before(page: Any, served: Served) -> None:
    first = ask(page)
    second = ask(page, "And the trade unions?")
    assert "Asked after 2 earlier messages." in second.inner_text()
    turns = served.assistant.asked[-1][1]
    assert [turn.role for turn in turns] == ["user", "assistant"]
    assert turns[0].content == EMPLOYERS
    assert wait_until(lambda: 0 <= page.locator("#turn-2").bounding_box()["y"] < 200)
    assert not first.locator(".cg-card").first.is_visible()
    first.locator(".cg-cite").first.click()
    assert wait_until(lambda: focused(page) == "turn-1-source-1")


def test_two_people_do_not_share_a_conversation(page: Any, browser: Any, served: Served) -> None:
    ask(page)
    other = browser.new_page()
    other.goto(served.url)
    turn = ask(other, "And the trade unions?")
    assert "earlier messages" not in turn.inner_text()
    other.close()


def test_a_refusal_comes_first_and_what_is_near_is_no_answer(page: Any) -> None:
    turn = ask(page, "How long was the exhibition at Bentley Priory open?")
    words = turn.inner_text()
    assert words.index("Not in the documents") < words.index("The documents do not say how long")
    assert words.index("The documents do not say how long") < words.index("What the documents do say nearby")
    assert "This is not an answer to the question." in words
    assert turn.locator("mark").inner_text() == "culminating in an exhibition at the Bentley Priory Museum"


def test_other_states_are_put_in_words(page: Any) -> None:
    assert "Partly answered" in ask(page, "partly please").inner_text()
    outside = ask(page, "Does my neighbour qualify for settled status?")
    assert "Outside what I can answer" in outside.inner_text()
    assert outside.locator(".cg-card").count() == 0


def test_a_fault_is_owned_and_the_question_can_be_asked_again(page: Any) -> None:
    turn = ask(page, "Please break")
    assert "Something went wrong" in turn.inner_text()
    assert "That was our fault" in turn.inner_text()
    assert "secret words" not in page.content()
    turn.get_by_role("button", name="Please break").click()
    page.locator("#turn-2 .cg-state").wait_for()


def test_stages_are_shown_and_a_question_can_be_stopped(page: Any, served: Served) -> None:
    served.assistant.gate.clear()
    box = page.get_by_label("Your question")
    box.fill("A slow question")
    box.press("Enter")
    page.get_by_role("status").filter(has_text="Searching the documents…").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("status").filter(has_text="Stopped.").wait_for()
    served.assistant.gate.set()
    assert box.input_value() == "A slow question"
    assert page.locator(".cg-turn").count() == 0
    assert "Answered" in ask(page).inner_text()


def test_the_answer_is_announced_once_in_a_polite_region(page: Any) -> None:
    region = page.locator("[role=status][aria-live=polite]").first
    ask(page)
    assert region.inner_text().strip().startswith("Answered. Public authorities should work closely")
    assert "2 passages shown as evidence." in region.inner_text()


def test_a_question_can_be_edited_and_a_conversation_begun_anew(page: Any) -> None:
    turn = ask(page)
    turn.get_by_role("button", name="Edit this question and ask again").click()
    box = page.get_by_label("Your question")
    assert box.input_value() == EMPLOYERS
    assert wait_until(lambda: bool(page.evaluate("document.activeElement.closest('#cg-box') !== null")))
    page.get_by_role("button", name="New conversation").click()
    page.locator(".cg-examples").wait_for()
    assert page.locator(".cg-turn").count() == 0
    assert "earlier messages" not in ask(page).inner_text()


def test_where_to_look_is_chosen_and_said(page: Any, served: Served) -> None:
    page.locator("#cg-filters summary").click()
    page.get_by_role("checkbox", name="CRE study, 2007").check(force=True)
    page.get_by_role("radio", name="Scotland").check(force=True)
    page.locator("#cg-filters-said").filter(has_text="Searching 1 of 4 documents").wait_for()
    ask(page)
    filters = served.assistant.asked[-1][2]
    assert filters and (filters.sources, filters.place) == (frozenset({"ippr-2007"}), "Scotland")
    page.get_by_role("button", name="Search all documents").click()
    page.locator("#cg-filters-said").filter(has_text="Searching all 4 documents").wait_for()
    ask(page, "And the trade unions?")
    assert not served.assistant.asked[-1][2]


def test_what_was_read_from_the_question_is_shown_and_can_be_dropped(page: Any, served: Served) -> None:
    turn = ask(page, "What do reports since 2015 want?")
    assert "from 2015 “since 2015”" in turn.locator(".cg-narrowed").inner_text()
    turn.get_by_role("button", name="Search again without this").click()
    page.locator("#turn-2 .cg-state").wait_for()
    assert served.assistant.read_filters[-1] is False
    assert page.locator("#turn-2 .cg-narrowed").count() == 0


def test_a_conversation_is_still_there_after_the_page_was_left(page: Any, served: Served) -> None:
    ask(page)
    ask(page, "How long was the exhibition at Bentley Priory open?")
    page.goto(f"{served.url}cy/")
    page.locator("#turn-2 .cg-state").wait_for()
    assert page.locator(".cg-turn mark").count() == 4
    assert "Ddim yn y dogfennau" in page.locator("#turn-2").inner_text()
    page.goto(served.url)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".cg-examples").wait_for()
    page.reload()
    page.locator(".cg-examples").wait_for()
    assert page.locator(".cg-turn").count() == 0


def test_the_back_button_leads_back_from_a_card(page: Any) -> None:
    ask(page)
    page.locator(".cg-cite").nth(1).click()
    assert wait_until(lambda: focused(page) == "turn-1-source-2")
    page.go_back()
    assert wait_until(lambda: page.evaluate("document.activeElement.className") == "cg-cite")


def test_a_link_to_an_answer_asks_it_again_and_says_whether_it_is_the_same(page: Any, served: Served) -> None:
    ask(page)
    page.get_by_role("button", name="Link to this answer").click()
    page.get_by_role("button", name="Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{served.url}#ask=What+do+the+reports")
    for address, said in ((link, "The answer is the same"), (f"{link}0", "and so has the answer")):
        page.goto("about:blank")
        page.goto(address)
        page.get_by_text(said).first.wait_for()


def test_a_document_opens_at_the_quoted_words_even_after_its_passages_were_cut_anew(page: Any, served: Served) -> None:
    href = ask(page).get_by_role("link", name="Open the document here").first.get_attribute("href")
    for address in (href, href.replace("p=ippr-2007~1", "p=gone").replace("p=ippr-2007%7E1", "p=gone")):
        page.goto(f"{served.url}{address}")
        assert page.locator("mark").inner_text().startswith("Public authorities should work closely")
        assert in_view(page, "mark")
    page.goto(f"{served.url}read/ippr-2007?p=gone&w=Cats+bark#here")
    assert "no longer stand in the document" in page.locator("main").inner_text()
    assert page.goto(f"{served.url}read/gone").status == 404
    assert "no longer on the shelf" in page.locator("main").inner_text()


def test_a_conversation_is_saved_with_its_sources(page: Any, tmp_path: Path) -> None:
    ask(page)
    saved = {}
    for form, name in (("Word", "docx"), ("Markdown", "md")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {form}").click()
        download.value.save_as(tmp_path / f"saved.{name}")
        saved[name] = download.value.suggested_filename
    assert saved == {"docx": "questions-to-common-ground.docx", "md": "questions-to-common-ground.md"}
    word = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "saved.docx")).paragraphs)
    for text in (word, (tmp_path / "saved.md").read_text("utf-8")):
        assert EMPLOYERS in text and "Public authorities should work closely" in text


def test_what_others_have_done_is_found_by_need(page: Any) -> None:
    page.get_by_role("tab", name="Initiatives").click()
    cards = page.locator(".cg-initiatives .cg-card")
    page.get_by_text("2 initiatives", exact=True).wait_for()
    assert cards.count() == 2
    page.get_by_label("Place", exact=True).select_option("Slough")
    page.get_by_text("1 initiative", exact=True).wait_for()
    assert cards.locator("mark").inner_text() == "an exhibition at the Bentley Priory Museum"
    page.get_by_label("Place", exact=True).select_option("")
    page.get_by_text("2 initiatives").wait_for()
    page.get_by_role("button", name="young people").click()
    page.get_by_text("2 initiatives: “young people”").wait_for()


def test_a_briefing_is_previewed_and_saved(page: Any) -> None:
    page.get_by_role("tab", name="Briefing").click()
    topic = page.locator("#cg-topic textarea, #cg-topic input")
    topic.fill("nothing")
    topic.press("Enter")
    page.locator("#cg-tab-briefing, [role=tabpanel]").get_by_text("do not say anything about this").first.wait_for()
    topic.fill("English classes")
    topic.press("Enter")
    page.locator(".cg-paper").wait_for()
    page.locator(".cg-paper .cg-cite").click()
    assert wait_until(lambda: focused(page) == "briefing-note-1")
    with page.expect_download() as download:
        page.locator(".cg-save-row").get_by_role("button", name="Save as Word").click()
    assert download.value.suggested_filename == "english-classes.docx"


def test_sources_are_compared_by_theme(page: Any) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.locator("#cg-compare-topic textarea, #cg-compare-topic input").fill("English classes")
    page.locator("#cg-themes textarea, #cg-themes input").fill("funding; childcare")
    page.locator("#cg-compare").click()
    page.get_by_role("heading", name="English classes, funding, childcare").wait_for()
    assert page.get_by_role("columnheader", name="Standing").is_visible()


def test_one_can_look_whether_a_word_stands_in_the_documents(page: Any) -> None:
    page.get_by_role("tab", name="Documents").click()
    word = page.get_by_label("Do you hold anything on …?")
    word.fill("boats")
    word.press("Enter")
    page.get_by_text("We hold nothing on “boats”.").wait_for()
    word.fill("polish aircrews")
    word.press("Enter")
    page.locator(".cg-mentions").get_by_role("link", name="8 things we learned").wait_for()


def test_the_screen_speaks_welsh_and_says_so(page: Any, served: Served) -> None:
    page.get_by_role("link", name="Cymraeg").click()
    page.get_by_role("tab", name="Gofyn").wait_for()
    assert wait_until(lambda: page.evaluate("document.documentElement.lang") == "cy")
    box = page.get_by_label("Eich cwestiwn")
    box.fill("Does my neighbour qualify for settled status?")
    box.press("Enter")
    page.get_by_text("Rwy'n ateb o adroddiadau am integreiddio").first.wait_for()
    page.get_by_role("link", name="Plain words").click()
    page.get_by_text("I cannot answer this").first.wait_for()


def test_an_empty_question_is_met_with_a_word(page: Any) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    said = page.get_by_role("status").filter(has_text="Please type a question first.")
    said.wait_for()
    assert page.locator(".cg-turn").count() == 0


def test_the_documents_tab_tells_what_is_on_the_shelf(page: Any) -> None:
    page.get_by_role("tab", name="Documents").click()
    shelf = page.locator(".cg-shelf")
    shelf.wait_for()
    for words in (
        "Interim Report into Integration of Immigrants",
        "Superseded by Integration not Demonisation",
        "March 2007",
    ):
        assert words in shelf.inner_text()


def test_nothing_leaves_the_origin_and_nothing_complains(page: Any, served: Served, seen: Seen) -> None:
    ask(page)
    ask(page, "Please be hostile")
    page.get_by_role("tab", name="Documents").click()
    page.locator(".cg-shelf").wait_for()
    strangers = [url for url in seen.requests if not url.startswith((served.url, "data:", "blob:"))]
    assert strangers == []
    assert seen.complaints == []


def test_hostile_words_stay_words(page: Any) -> None:
    ask(page, '"><img src=x onerror="window.hacked=3">')
    ask(page, "Please be hostile")
    assert page.locator(".gradio-container img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.get_by_role("link", name="x", exact=True).count() == 0


def test_the_policy_stops_a_handler_even_if_one_got_in(page: Any) -> None:
    let_in = """() => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hacked=4">');
        return new Promise(done => document.body.lastChild.addEventListener('error', done)).then(() => true) }"""
    assert page.evaluate(let_in)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("page", [PHONE, ZOOMED], indirect=True, ids=["phone", "400 %"])
def test_a_narrow_screen_needs_no_sideways_scroll(page: Any) -> None:
    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    turn = ask(page)
    ask(page, "Please be hostile")
    assert fits()
    below = "t => t.querySelector('.cg-evidence').offsetTop >= t.querySelector('.cg-answer').offsetTop + 100"
    assert turn.evaluate(below)
    page.locator("#cg-filters summary").click()
    assert fits()
    for tab in ("Initiatives", "Compare", "Briefing", "Documents", "About"):
        show(page, tab)
        assert fits(), tab


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    def tab_until(what: str, most: int = 40) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", what):
                return
        raise AssertionError(f"{what} is not reached by Tab")

    tab_until("#cg-box textarea")
    page.keyboard.type(EMPLOYERS)
    page.keyboard.press("Enter")
    page.locator(".cg-state").wait_for()
    page.evaluate("document.activeElement.blur(); document.querySelector('.cg-question').scrollIntoView()")
    page.locator(".cg-edit").focus()
    tab_until(".cg-cite")
    page.keyboard.press("Enter")
    assert wait_until(lambda: focused(page) == "turn-1-source-1")
    tab_until(".cg-around summary")
    page.keyboard.press("Enter")
    assert page.locator(".cg-around").first.get_attribute("open") is not None
    tab_until(".cg-back")
    page.keyboard.press("Enter")
    assert wait_until(lambda: focused(page) == "turn-1-statement-1")


class Axe:
    """Everything that axe-core finds serious, at the desktop; what else may differ in dark, on a phone and at 400 %."""

    def __init__(self, page: Any) -> None:
        found = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
        self._page, self._script = page, found.Axe().axe_script
        page.emulate_media(reduced_motion="reduce")

    def serious(self) -> list[str]:
        """What is found where the page stands now; afterwards it stands as before."""
        if not self._page.evaluate("'axe' in window"):
            self._page.evaluate(self._script)
        # Colours that are on their way would be taken for what they are not.
        self._page.evaluate("""() => { const still = new CSSStyleSheet();
            still.replaceSync('* { transition: none !important; animation: none !important }');
            document.adoptedStyleSheets = [still] }""")
        found = self._run("light", None)
        self._dark(True)
        found += self._run("dark", ["color-contrast", "link-in-text-block"])
        self._dark(False)
        for name, size in {"phone": PHONE["viewport"], "400 %": ZOOMED["viewport"]}.items():
            self._page.set_viewport_size(size)
            found += self._run(name, ["target-size", "scrollable-region-focusable", "aria-hidden-focus", "list"])
            if not wait_until(lambda: self._page.evaluate("document.documentElement.scrollWidth <= innerWidth")):
                wide = """[...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                    .map(one => one.outerHTML.slice(0, 100)).slice(-3)"""
                found.append(f"{name}: it scrolls sideways: {self._page.evaluate(wide)}")
        self._page.set_viewport_size({"width": 1280, "height": 900})
        return found

    def _run(self, name: str, only: list[str] | None) -> list[str]:
        options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
        script = """options => axe.run(document, options).then(found => found.violations
            .filter(one => ['serious', 'critical'].includes(one.impact))
            .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 150))}`))"""
        return [f"{name}: {one}" for one in self._page.evaluate(script, options)]

    def _dark(self, on: bool) -> None:
        """As Gradio does it on its pages, and the system on ours."""
        self._page.emulate_media(color_scheme="dark" if on else "light")
        self._page.evaluate(
            "on => document.querySelector('.gradio-container') && document.body.classList.toggle('dark', on)", on
        )


def test_axe_finds_nothing_serious_on_any_tab_or_in_any_state(page: Any, served: Served) -> None:
    axe = Axe(page)
    ask(page)
    page.locator(".cg-around summary").first.click()
    page.locator("[data-unhelpful]").click()
    ask(page, "How long was the exhibition at Bentley Priory open?")
    ask(page, "partly please")
    ask(page, "Please break")
    page.locator("#cg-filters summary").click()
    assert axe.serious() == []
    for tab in ("Initiatives", "Compare", "Briefing", "Documents", "About"):
        show(page, tab)
        if tab == "Briefing":
            page.locator("#cg-topic textarea, #cg-topic input").fill("English classes")
            page.locator("#cg-topic textarea, #cg-topic input").press("Enter")
            page.locator(".cg-paper").wait_for()
        assert axe.serious() == [], tab
    page.goto(f"{served.url}read/ippr-2007?p=ippr-2007~1#here")
    assert axe.serious() == []


def test_an_opened_page_follows_the_shelf_and_the_operators_notice(page: Any, served: Served) -> None:
    held = served.assistant.shelf.metadata
    (served.folder / "notice.txt").write_text("Answers may be slow on Monday.", "utf-8")
    served.assistant.shelf.metadata = {**held, "new": replace(held["heath-2017"], title="A new one", published="2024")}
    try:
        page.reload()
        page.locator("#cg-filters-said").filter(has_text="Searching all 5 documents").wait_for()
        page.get_by_text("5 documents, 2007 to 2024").first.wait_for()
        page.locator("#cg-filters summary").click()
        assert page.get_by_role("checkbox", name="A new one, 2024").count() == 1
        page.get_by_text("From those who run this:").wait_for()
        assert "Answers may be slow on Monday." in page.locator(".cg-intro").inner_text()
        assert Axe(page).serious() == []
    finally:
        (served.folder / "notice.txt").unlink()
        served.assistant.shelf.metadata = held
    page.reload()
    page.locator(".cg-examples").wait_for()
    assert page.locator(".cg-from-operator").count() == 0


def test_statements_appear_one_by_one_and_each_is_spoken_once(page: Any, served: Served) -> None:
    served.assistant.gate.clear()
    box = page.get_by_label("Your question")
    box.fill("What do the reports want, bit by bit?")
    box.press("Enter")
    page.locator(".cg-statement").nth(1).wait_for()
    region = page.locator("[role=status][aria-live=polite]").first
    assert region.inner_text().count("The Government should consider") == 1
    assert page.locator(".cg-state").count() == 0 and page.get_by_role("button", name="Stop").is_visible()
    page.locator(".cg-cite").first.click()
    assert wait_until(lambda: focused(page) == "turn-1-source-1")
    served.assistant.gate.set()
    page.locator(".cg-state").wait_for()
    assert "The Government should consider" not in region.inner_text()
    assert "upskill or incentivise" in region.inner_text() and "Answered." in region.inner_text()
    assert page.locator(".cg-turn :is(.cg-statement, .cg-items li)").count() == 3


def test_a_pause_is_told_kindly_and_what_was_typed_is_kept(page: Any, served: Served) -> None:
    box, told = page.get_by_label("Your question"), page.get_by_role("status").filter(has_text="Answers are paused")
    pause(served.folder / "paused", "We are checking a document.")
    try:
        box.fill(EMPLOYERS)
        box.press("Enter")
        told.filter(has_text="Answers are paused. We are checking a document.").wait_for()
        assert box.input_value() == EMPLOYERS and page.locator(".cg-turn").count() == 0
        page.reload()
        told.first.wait_for()
        show(page, "Briefing")
        page.locator("#cg-topic textarea, #cg-topic input").fill("English classes")
        page.locator("#cg-topic textarea, #cg-topic input").press("Enter")
        told.filter(visible=True).wait_for()
        assert page.locator(".cg-paper").count() == 0
        show(page, "Ask")
    finally:
        resume(served.folder / "paused")
    ask(page)
    assert page.locator(".cg-answer .cg-statement").count() and told.count() == 0


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_tabs_without_room_are_in_a_menu_that_a_keyboard_opens_closes_and_comes_back_from(page: Any) -> None:
    menu = page.get_by_role("button", name="More tabs", expanded=False)
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="More tabs", expanded=True).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    menu.wait_for()
    assert page.evaluate("document.activeElement.ariaLabel") == "More tabs"
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    assert wait_until(lambda: focused(page) == "cg-tab-compare-button")


def test_what_a_reader_says_of_an_answer_is_kept(page: Any, served: Served) -> None:
    turn = ask(page)
    no = turn.get_by_role("button", name="No", exact=True)
    no.click()
    assert no.get_attribute("aria-expanded") == "true"
    assert wait_until(lambda: page.evaluate("document.activeElement.value") == "wrong_evidence")
    turn.get_by_label("It is out of date").check()
    turn.get_by_label("Anything else (please name no person)").fill("The CRE is gone.")
    turn.get_by_role("button", name="Send").click()
    turn.get_by_text("Thank you. It is stored").wait_for()
    kept = json.loads(served.feedback.read_text("utf-8").splitlines()[-1])
    assert (kept["helpful"], kept["reasons"], kept["words"]) == (False, ["out_of_date"], "The CRE is gone.")
    assert kept["question"] == EMPLOYERS and kept["citations"][0]["source_id"] == "ippr-2007"


def test_a_pdf_opens_at_its_page_drawn_with_the_words_marked(page: Any, served: Served) -> None:
    href = ask(page).get_by_role("link", name="Open the document here").nth(1).get_attribute("href")
    page.goto(f"{served.url}{href}")
    drawn = page.get_by_role("img", name="Page 56 of the PDF")
    drawn.scroll_into_view_if_needed()
    assert wait_until(lambda: drawn.evaluate("img => img.naturalWidth") > 500, 30)
    yellow = """img => { const c = Object.assign(document.createElement('canvas'), { width: img.naturalWidth, height: img.naturalHeight });
        const at = c.getContext('2d'); at.drawImage(img, 0, 0); const d = at.getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i] > 240 && d[i + 2] < 160) n += 1; return n }"""
    assert drawn.evaluate(yellow) > 1000
    assert page.locator("mark").first.inner_text().startswith("The Government should consider")


_AT_ONCE = """() => {
    const rows = [...document.querySelectorAll("#documents tr")];
    const remove = (name) => [...rows.find((row) => row.textContent.includes(name)).querySelectorAll("button")].at(-1).click();
    const answer = (name) => [...document.querySelectorAll("#ask button")].find((button) => button.textContent === name).click();
    remove("kept.md"); answer("Keep it"); remove("gone.md"); answer("Remove it"); }"""


def test_two_questions_in_quick_succession_have_their_own_answers(page: Any, served: Served) -> None:
    """A dialog tells that it closed in a task of its own, which a second question can be ahead of."""
    kept, gone = served.corpus / "kept.md", served.corpus / "gone.md"
    for document in (kept, gone):
        document.write_text(f"# {document.stem}\n\nThe club {document.stem} meets in the library.\n", "utf-8")
    page.goto(f"{served.url}operator")
    page.get_by_label("The operator's token").fill(OPERATOR)
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="gone.md")
    row.wait_for()
    page.evaluate(_AT_ONCE)
    row.wait_for(state="detached")
    page.get_by_role("status").filter(has_text="gone.md").wait_for()
    assert kept.exists() and not gone.exists()
    kept.unlink()


def test_the_operator_adds_and_removes_a_document_by_keyboard(page: Any, served: Served, tmp_path: Path) -> None:
    (tmp_path / "club.md").write_text("# A club\n\nIt meets in the library.\n", "utf-8")
    page.goto(f"{served.url}operator")
    page.get_by_label("The operator's token").fill("not the token of the operator")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="That is not the operator's token.").wait_for()
    page.get_by_label("The operator's token").fill(OPERATOR)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Documents").wait_for()
    page.get_by_label("Add documents").set_input_files(tmp_path / "club.md")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="club.md")
    row.get_by_text("new, not in the index yet").wait_for()
    assert (served.corpus / "club.md").exists()
    assert Axe(page).serious() == []
    for answer, there in (("Keep it", True), ("Remove it", False)):
        row.get_by_role("button", name="Remove").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Remove club.md?")
        dialog.wait_for()
        if not there:  # what does no harm has the focus
            page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.textContent") == answer
        page.keyboard.press("Enter")
        dialog.wait_for(state="hidden")
        assert wait_until(lambda there=there: row.count() == there and (served.corpus / "club.md").exists() is there)
    page.get_by_label("Notice at the head of every screen").fill("Back on Monday.")
    page.get_by_role("button", name="Show it").click()
    page.get_by_role("button", name="Take it down").click()
    page.get_by_role("status").filter(has_text="The notice is taken down.").wait_for()
    page.get_by_role("link", name="Cymraeg").focus()
    page.keyboard.press("Enter")
    page.get_by_text("newydd, heb fod yn y mynegai eto").first.wait_for()
    page.get_by_role("button", name="Archwilio").click()
    page.locator("#findings li").first.wait_for()
    assert (
        page.locator("#findings ul").get_attribute("lang") == "en"
        and page.locator("#said").get_attribute("lang") is None
    )
    assert Axe(page).serious() == []
    page.get_by_role("link", name="English").click()
    page.get_by_text("new, not in the index yet").first.wait_for()
    page.reload()
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_label("The operator's token").is_visible() and not page.locator("#desk").is_visible()
