// The operator's page: everything it shows comes as JSON from operator/api/, for the token that stands in this tab alone.
(() => {
  "use strict";
  const at = (id) => document.getElementById(id);
  const KEY = "common-ground-operator";
  const T = JSON.parse(document.body.dataset.words); // the texts of this page's language
  const SIGNS = { indexed: "✓", new: "+", changed: "↻", removed: "−", skipped: "!" };
  let token = sessionStorage.getItem(KEY) ?? "", documents = [], watching = 0;

  const el = (tag, given = {}, ...within) => {
    const { label, ...props } = given;
    const made = Object.assign(document.createElement(tag), props);
    if (label) made.setAttribute("aria-label", label);
    made.append(...within.filter((one) => one !== null && one !== ""));
    return made;
  };
  const tell = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);
  const many = (key, n, values = {}) => tell(T[`${key}.${n === 1 ? "one" : "more"}`], { n, ...values });
  const outcome = (name) => T[`outcomes.${name}`] ?? name;
  // Documents, index and doctor speak English, whatever the language of this page.
  const english = (node, is = true) => {
    if (is && T.language !== "en") node.lang = "en";
    else node.removeAttribute("lang");
    return node;
  };
  const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`);
  const day = (iso) => (iso ? new Date(iso).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" }) : "");

  function say(words, wrong = false, ofServer = false) {
    at("said").classList.toggle("op-wrong", wrong);
    english(at("said"), ofServer);
    at("said").textContent = words;
  }

  async function call(path, body) {
    const given = body === undefined ? {} : { method: "POST", body: body instanceof Blob ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { "Content-Type": body instanceof Blob ? "application/octet-stream" : "application/json" };
    const reply = await fetch(`operator/api/${path}`, { ...given, headers: { Authorization: `Bearer ${token}`, ...type }, cache: "no-store" });
    const said = await reply.json().catch(() => ({}));
    if (reply.status === 401) leave();
    if (!reply.ok) throw fault(reply.status, said.detail);
    return said;
  }

  function fault(status, detail) {
    const ours = { 401: T.wrong_token, 429: T.wait }[status] ?? (detail ? "" : tell(T.no_reply, { status }));
    return Object.assign(new Error(ours || detail), { ofServer: !ours });
  }

  // Whatever goes wrong is said where everything is said.
  const trying = (act) => async (event) => {
    event?.preventDefault();
    try { await act(event); } catch (fault) { say(fault instanceof TypeError ? T.unreachable : fault.message, true, fault.ofServer); }
  };

  // Coming and going

  function leave() {
    token = "";
    sessionStorage.removeItem(KEY);
    at("desk").hidden = at("leave").hidden = true;
    at("enter").hidden = false;
    at("token").value = "";
    at("token").focus();
  }

  async function enter() {
    await look();
    sessionStorage.setItem(KEY, token);
    at("enter").hidden = true;
    at("desk").hidden = at("leave").hidden = false;
  }

  async function look() {
    const all = await call(`overview?${new URLSearchParams({ lang: T.code })}`);
    documents = all.documents;
    at("documents-fault").hidden = !all.fault;
    at("documents-fault").textContent = all.fault;
    at("find-line").hidden = documents.length < 15;
    list();
    index(all.indexing);
    answers(all.paused);
    if (document.activeElement !== at("notice-words")) at("notice-words").value = all.notice;
    at("notice-off").hidden = !all.notice;
    numbers(all.counts);
    questions(all.questions);
  }

  // Documents

  function list() {
    const wanted = at("find").value.toLowerCase();
    at("documents").replaceChildren(...documents.filter((one) => `${one.path} ${one.about?.title ?? ""}`.toLowerCase().includes(wanted)).map(row));
    const waiting = documents.filter((one) => ["new", "changed", "removed"].includes(one.state)).length;
    at("pending").textContent = waiting ? many("waiting", waiting) : T["waiting.none"];
    at("pending").classList.toggle("op-waiting", waiting > 0);
  }

  function row(one) {
    const state = el("td", {}, el("span", { className: "op-state" }, `${SIGNS[one.state]} ${T[`states.${one.state}`]}`), one.why ? english(el("span", { className: "op-why" }, one.why)) : "");
    const act = (name, does) => {
      const button = el("button", { type: "button", className: "cg-button", label: tell(T.act, { act: name, name: one.path }) }, name);
      button.addEventListener("click", trying(does));
      return button;
    };
    const buttons = one.state === "removed" ? [] : [act(T.replace, () => replace(one)), act(T.about, () => describe(one)), act(T.remove, () => remove(one))];
    const title = one.about?.title;
    return el("tr", {},
      el("th", { scope: "row" }, title || one.path, title ? el("span", {}, one.path) : ""),
      state, el("td", {}, one.size ? size(one.size) : ""), el("td", {}, el("div", { className: "op-line" }, ...buttons)));
  }

  async function send(file, name, replacing) {
    const most = Number(document.querySelector("main").dataset.mostMb);
    if (file.size > most * 1e6) throw new Error(tell(T.too_large, { name: file.name, size: size(file.size), most }));
    say(tell(T.sending, { name: file.name }));
    await call(`documents?${new URLSearchParams({ name, replace: String(replacing) })}`, file);
  }

  async function add() {
    const files = [...at("files").files], arrived = [], refused = [];
    for (const file of files) {
      try { await send(file, file.name, false); arrived.push(file.name); } catch (fault) { refused.push(`${file.name}: ${fault.message}`); }
    }
    at("add").reset();
    await look();
    say([arrived.length ? tell(T.added, { names: arrived.join(", ") }) : "", ...refused].filter(Boolean).join(" "), refused.length > 0);
  }

  function replace(one) {
    const chooser = el("input", { type: "file" });
    chooser.addEventListener("change", trying(async () => {
      await send(chooser.files[0], one.path, true);
      await look();
      say(tell(T.replaced, { name: one.path }));
    }));
    chooser.click();
  }

  async function remove(one) {
    const sure = await asked(tell(T.remove_sure, { name: one.path }), T.remove_more, T.remove_yes);
    if (!sure) return;
    await call("documents/remove", { path: one.path });
    await look();
    say(tell(T.removed, { name: one.path }));
    at("start").focus();
  }

  async function describe(one) {
    const fields = ["title", "publisher", "published", "kind"];
    at("about-words").textContent = tell(T.about_of, { name: one.path });
    for (const name of fields) at(`about-${name}`).value = one.about?.[name] ?? "";
    if (!(await opened(at("about")))) return;
    await call("documents/about", { path: one.path, ...Object.fromEntries(fields.map((name) => [name, at(`about-${name}`).value])) });
    await look();
    say(tell(T.about_done, { name: one.path }));
  }

  function asked(words, more, yes) {
    at("ask-words").textContent = words;
    at("ask-more").textContent = more;
    at("ask-yes").textContent = yes;
    return opened(at("ask"));
  }

  // The answer is heard as it is given: the "close" event comes later, and a dialog opened again by then would take it for its own.
  function opened(dialog) {
    dialog.showModal();
    return new Promise((done) => {
      const heard = new AbortController();
      const answer = (yes) => { heard.abort(); done(yes); };
      dialog.addEventListener("submit", (event) => answer(event.submitter?.value === "yes"), { signal: heard.signal });
      dialog.addEventListener("cancel", () => answer(false), { signal: heard.signal });
    });
  }

  // Indexing

  function index(run) {
    at("start").hidden = run.running;
    at("stop").hidden = at("progress-line").hidden = !run.running;
    if (run.running) {
      at("progress-words").textContent = tell(run.total ? T.index_counted : T.index_now, { ...run, unit: T[`units.${run.unit}`] ?? run.unit });
      if (run.total) Object.assign(at("progress"), { max: run.total, value: run.done });
      else at("progress").removeAttribute("value");
      watch();
    }
    at("last-run").replaceChildren(...(run.ended && !run.running ? lastRun(run) : []));
  }

  function lastRun(run) {
    const heading = el("h3", {}, tell(T.index_last, { date: day(run.ended) }));
    return run.fault ? [heading, english(el("p", { className: "op-fault" }, run.fault))] : [heading, lines(run.lines)];
  }

  const lines = (all) => english(el("ul", { className: "op-run" }, ...all.map((line) => el("li", {}, line))));

  function watch() {
    clearTimeout(watching);
    watching = setTimeout(trying(async () => {
      const run = await call("indexing");
      if (run.running) return index(run);
      const here = document.activeElement === at("stop");
      await look();
      if (here) at("start").focus();
      say(run.fault || T.index_done, Boolean(run.fault), Boolean(run.fault));
    }), 500);
  }

  // Answers, numbers, questions, findings

  function answers(paused) {
    at("answering").textContent = paused === null ? `✓ ${T.answered}` : `‖ ${tell(T.paused, { words: paused || T.rest })}`;
    at("answering").classList.toggle("cg-tone-warn", paused !== null);
    at("pause").hidden = paused !== null;
    at("resume").hidden = paused === null;
  }

  function numbers(counts) {
    const by = new Map();
    for (const { outcome, number } of counts.replies) by.set(outcome, (by.get(outcome) ?? 0) + number);
    const all = [...by.values()].reduce((sum, n) => sum + n, 0);
    const rows = [...by].sort((a, b) => b[1] - a[1]).map(([name, n]) => el("tr", {}, el("th", { scope: "row" }, outcome(name)), el("td", {}, String(n))));
    const table = el("table", { className: "cg-cells op-numbers" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, T.outcome), el("th", { scope: "col" }, T.number))), el("tbody", {}, ...rows));
    const said = [many("asked", all, { date: day(counts.since) }),
      counts.mean_ms === null ? "" : tell(T.took, { ms: counts.mean_ms }), counts.faults ? tell(T.faults, { n: counts.faults }) : ""];
    at("numbers").replaceChildren(el("p", {}, said.filter(Boolean).join(" ")), ...(all ? [table] : []), el("p", { className: "cg-quiet-text" }, T.counted));
  }

  function questions(kept) {
    const said = ({ on, question, outcome: name, times }) => el("li", {}, `${question} `,
      el("span", { className: "cg-quiet-text" }, tell(times > 1 ? T.often : T.once, { outcome: outcome(name), n: times, date: on })));
    at("questions").replaceChildren(el("p", { className: "cg-quiet-text" }, kept.how), ...(kept.found.length ? [el("ul", { className: "op-run" }, ...kept.found.map(said))] : []));
  }

  const examine = async () => {
    at("findings").replaceChildren();
    say(T.examining);
    const found = await call("doctor");
    at("findings").replaceChildren(el("p", { className: found.sound ? "cg-state" : "op-fault" }, found.sound ? `✓ ${T.sound}` : T.unsound_where), lines(found.lines));
    say(found.sound ? T.sound : T.unsound, !found.sound);
  };

  // What is pressed

  const on = (id, kind, act) => at(id).addEventListener(kind, trying(act));
  on("enter", "submit", async () => { token = at("token").value.trim(); await enter(); say(""); at("documents-title").scrollIntoView({ block: "nearest" }); at("files").focus(); });
  on("leave", "click", () => { leave(); say(T.left); });
  on("add", "submit", add);
  on("start", "click", async () => { index(await call("indexing/start", {})); say(T.index_begun); at("stop").focus(); });
  on("stop", "click", async () => { index(await call("indexing/stop", {})); say(T.index_stopping); });
  on("pause", "submit", async () => { answers((await call("pause", { words: at("pause-words").value })).paused); say(T.paused_now); at("resume").focus(); });
  on("resume", "click", async () => { answers((await call("resume", {})).paused); say(T.answered_again); at("pause-words").focus(); });
  on("notice", "submit", async () => { await call("notice", { words: at("notice-words").value }); await look(); say(T.notice_shown); });
  on("notice-off", "click", async () => { at("notice-words").value = ""; await call("notice", { words: "" }); await look(); say(T.notice_gone); at("notice-words").focus(); });
  on("examine", "click", examine);
  at("find").addEventListener("input", list);
  if (token) trying(enter)();
})();
