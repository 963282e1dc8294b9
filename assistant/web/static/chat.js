// The embedded chat: one question at a time, its answer statement by statement, each with the words it rests on.
// Everything from outside becomes text, never mark-up. Nothing is kept: no cookie, no storage.
(() => {
  "use strict";
  const page = document.body.dataset;
  const form = document.getElementById("form"), box = document.getElementById("question"), log = document.getElementById("log");
  const askButton = document.getElementById("ask"), stopButton = document.getElementById("stop"), status = document.getElementById("status");
  const examples = document.getElementById("examples");
  const history = [];
  let token = page.token || new URLSearchParams(location.hash.slice(1)).get("token") || "";
  let asking = null, turns = 0;

  const T = JSON.parse(page.words); // the texts of this page's language
  const TONES = { answered: "", partly_answered: "warn", error: "warn" };

  // text

  const HIDING = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu;
  const plain = (text) => String(text).replace(HIDING, "");
  const unescaped = (markdown) => markdown.split("\n\n")[0].replace(/\\([\\`*_{}[\]<>#|~])/g, "$1");

  function make(tag, className, ...parts) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...parts.map((part) => (typeof part === "string" ? plain(part) : part)));
    return node;
  }

  // Documents speak English, whatever the language of this page.
  function english(node) {
    if (T.language !== "en") node.lang = "en";
    return node;
  }

  // Offsets count characters as Python does, not UTF-16 units.
  function marked(text, spans, tag) {
    const letters = Array.from(text), out = [];
    let at = 0;
    for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
      if (start < at) continue;
      out.push(plain(letters.slice(at, start).join("")), make(tag, "", letters.slice(start, end).join("")));
      at = end;
    }
    return [...out, plain(letters.slice(at).join(""))];
  }

  function quotationMarks(text) {
    if (text.startsWith("“") && text.endsWith("”") && text.split("“").length === 2) return ["", ""];
    return text.includes("“") ? ["‘", "’"] : ["“", "”"];
  }

  // one turn

  function openTurn(question) {
    turns += 1;
    const turn = make("article", "turn", english(make("h2", "", question)));
    turn.id = `turn-${turns}`;
    const parts = { turn, number: turns, state: make("p", "state"), said: make("div", "turn-said"), heading: "", cards: new Map() };
    parts.sources = make("ol", "sources");
    parts.sourcesTitle = make("h3", "", T.sources);
    parts.sourcesTitle.hidden = true;
    turn.setAttribute("aria-labelledby", (turn.firstChild.id = `${turn.id}-question`));
    turn.append(parts.said, parts.sourcesTitle, parts.sources);
    log.append(turn);
    leading = turn;
    lead();
    return parts;
  }

  // A question goes to the top, and stays there while its answer grows below it, until the person moves. The page around us
  // is left where it is: scrollIntoView would move it too.
  let leading = null;
  function lead() { if (leading) scrollBy({ top: leading.getBoundingClientRect().top - 4, behavior: "instant" }); }
  for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(moved, () => { leading = null; }, { capture: true, passive: true });
  addEventListener("resize", lead);

  function showState(parts, words, tone) {
    parts.state.textContent = words;
    parts.state.className = `state ${tone}`;
    parts.turn.insertBefore(parts.state, parts.said);
  }

  function addCard(parts, citation) {
    const id = `turn-${parts.number}-source-${citation.number}`;
    const facts = [citation.publisher, citation.date, citation.page].filter(Boolean).join(", ");
    const card = make("li", "card", english(make("p", "name", `[${citation.number}] ${citation.place || citation.title}`)), english(make("p", "muted", facts)));
    card.id = id;
    card.tabIndex = -1;
    for (const quote of citation.quotes) card.append(english(make("blockquote", "", make("mark", "", quote.text))));
    const spans = citation.quotes.map((quote) => [quote.start, quote.end]);
    card.append(make("details", "", make("summary", "", T.around), english(make("p", "passage", ...marked(citation.passage_text, spans, "mark")))));
    const before = parts.cards.get(citation.number) && document.getElementById(id);
    parts.cards.set(citation.number, citation);
    parts.sourcesTitle.hidden = false;
    if (before) before.replaceWith(card); // the same passage, with more of its words
    else parts.sources.append(card);
  }

  function addStatement(parts, claim) {
    if (claim.group && claim.group !== parts.heading) parts.said.append(english(make("h3", "", (parts.heading = claim.group))));
    const [open, close] = claim.state === "quoted" ? quotationMarks(claim.text) : ["", ""];
    const words = english(make("p", claim.item ? "words item" : "words"));
    if (claim.about) words.append(make("span", "about", `${claim.about}: `));
    words.append(open, ...marked(claim.text, claim.spans || [], "strong"), close);
    for (const number of claim.citations) words.append(" ", link(parts, number));
    parts.said.append(words);
  }

  function link(parts, number) {
    const to = `turn-${parts.number}-source-${number}`;
    const found = make("a", "cite", `[${number}]`);
    found.href = `#${to}`;
    const cited = parts.cards.get(number);
    if (cited) found.setAttribute("aria-label", plain(`[${number}] ${cited.place || cited.title}`));
    found.addEventListener("click", (event) => {
      event.preventDefault();
      const card = document.getElementById(to);
      card.scrollIntoView({ block: "nearest" });
      card.focus({ preventScroll: true });
    });
    return found;
  }

  // The documents changed meanwhile, and the question is asked again.
  function beginAgain(parts) {
    parts.said.replaceChildren();
    parts.sources.replaceChildren();
    parts.cards.clear();
    parts.heading = "";
    parts.sourcesTitle.hidden = true;
  }

  function addNotice(parts, notice) {
    const marks = notice.citations.map((number) => `[${number}]`).join("");
    parts.said.append(make("p", "notice", make("strong", "", `${T.notices[notice.kind] || T.notices.other}. `), english(make("span", "", `${notice.text} ${marks}`))));
  }

  function finish(parts, reply) {
    const known = T.outcomes[reply.outcome] ? reply.outcome : "error", words = T.outcomes[known], tone = TONES[known] ?? "none";
    const quoted = reply.claims.length > 0 && reply.claims.every((claim) => claim.state === "quoted");
    showState(parts, quoted ? `${words}, ${T.quoted}` : words, tone);
    const refusal = reply.claims.length ? "" : (T.reasons[reply.reason] || unescaped(reply.text));
    document.getElementById("paused")?.remove();
    if (refusal) parts.said.prepend(make("p", "", refusal));
    if (reply.related.length) {
      parts.sourcesTitle.textContent = T.nearby;
      parts.sourcesTitle.after(make("p", "muted", T.not_an_answer));
    }
    if (reply.note) parts.said.append(english(make("p", "muted", reply.note)));
    history.push({ role: "user", content: reply.question }, { role: "assistant", content: reply.text });
    const shown = parts.cards.size;
    const sources = shown ? ` ${T[shown > 1 ? "shown.more" : "shown.one"].replace("{n}", shown)}` : "";
    say([`${words}.`, refusal, ...reply.claims.map((claim) => claim.text), sources].join(" "));
  }

  function fail(parts, words, again) {
    showState(parts, words, "warn");
    const button = make("button", "", again ? T.restart : T.again);
    const question = parts.turn.firstChild.textContent;
    button.addEventListener("click", () => (again ? location.reload() : ask(question)));
    parts.said.append(button);
    say(words);
  }

  // No fault: the operator has stopped all answers for a while, and says why.
  function rest(parts, words, question) {
    showState(parts, T.paused, "none");
    parts.said.append(make("p", "", words));
    box.value = question;
    say(`${T.paused}. ${words}`);
  }

  // What a screen reader hears once; the eye has it in the turn.
  let hushed = 0;
  function say(words) {
    clearTimeout(hushed);
    status.className = "muted";
    status.textContent = plain(words).slice(0, 1500);
    status.classList.toggle("heard", words.length > 60);
    hushed = setTimeout(() => { status.textContent = ""; }, 20000);
  }

  // asking

  function headers() {
    const given = { "Content-Type": "application/json", Accept: "text/event-stream" };
    if (token) given.Authorization = `Bearer ${token}`;
    return given;
  }

  // What a follow-up can refer to; a request has a largest size.
  function recent() {
    const most = Math.min(Number(page.turns), 8);
    return (most ? history.slice(-most) : []).map(({ role, content }) => ({ role, content: content.slice(0, 4000) }));
  }

  async function ask(question) {
    if (asking || !question.trim()) return;
    asking = new AbortController();
    askButton.disabled = true;
    stopButton.hidden = false;
    if (examples) examples.hidden = true;
    box.value = "";
    const parts = openTurn(question.trim());
    say(staged("Searching the documents"));
    try {
      const body = { question: question.trim(), history: recent(), sources: page.sources ? page.sources.split(",") : [] };
      const answer = await fetch("api/v1/ask", { method: "POST", headers: headers(), body: JSON.stringify(body), signal: asking.signal, credentials: "same-origin" });
      if (answer.ok) await read(answer, parts);
      else {
        const problem = await answer.json().catch(() => ({}));
        if (problem.paused) rest(parts, problem.detail, question);
        else fail(parts, problem.detail || T.unavailable, answer.status === 401);
      }
    } catch (error) {
      if (error.name === "AbortError") { fail(parts, T.stopped, false); box.value = question; }
      else fail(parts, T.unreachable, false);
    } finally {
      asking = null;
      askButton.disabled = false;
      stopButton.hidden = true;
      lead();
    }
  }

  const staged = (stage) => `${T.stages[stage] || stage}…`;

  const HEARD = {
    stage: (parts, data) => say(staged(data.stage)),
    citation: addCard, related: addCard, statement: addStatement, notice: addNotice, reply: finish,
    again: beginAgain,
    problem: (parts, data) => fail(parts, data.detail, false),
  };

  async function read(answer, parts) {
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "", ended = false;
    for (;;) {
      const { value, done } = await lines.read();
      if (done) break;
      const events = (held + value.replace(/\r/g, "")).split("\n\n");
      held = events.pop();
      for (const event of events) {
        const name = /^event: (.*)$/m.exec(event)?.[1], data = /^data: (.*)$/m.exec(event)?.[1];
        if (!name || !data || !HEARD[name]) continue;
        HEARD[name](parts, JSON.parse(data));
        ended = ended || name === "reply" || name === "problem";
      }
      lead();
    }
    if (!ended) fail(parts, T.broke_off, false);
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); ask(box.value); }
  });
  stopButton.addEventListener("click", () => { asking?.abort(); box.focus(); });
  examples?.addEventListener("click", (event) => { if (event.target.matches("button")) { ask(event.target.textContent); box.focus(); } });

  // the token, renewed while the page is open

  async function renew() {
    const answer = await fetch("api/v1/embed/token", { method: "POST", headers: headers(), credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) token = (await answer.json()).token;
  }
  if (token) setInterval(renew, Math.max(5, Number(page.renew)) * 1000);

  // the page around us: it hears our height and that Escape was pressed, and may ask for focus

  if (parent !== window) {
    const tell = (message) => parent.postMessage({ commonGround: message, height: document.documentElement.offsetHeight }, "*");
    new ResizeObserver(() => tell("height")).observe(document.documentElement);
    addEventListener("keydown", (event) => { if (event.key === "Escape") tell("escape"); });
    addEventListener("message", (event) => { if (event.source === parent && event.data?.commonGround === "focus") box.focus(); });
    tell("ready");
  }
})();
