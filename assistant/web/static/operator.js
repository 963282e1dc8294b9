// The operator's page: everything it shows comes as JSON from operator/api/, for the token that stands in this tab alone.
(() => {
  "use strict";
  const at = (id) => document.getElementById(id);
  const KEY = "common-ground-operator";
  const STATES = {
    indexed: ["✓", "in the index"], new: ["＋", "new, not in the index yet"], changed: ["↻", "changed since it was indexed"],
    removed: ["−", "removed, still in the index"], skipped: ["!", "skipped"],
  };
  const OUTCOMES = {
    answered: "Answered", partly_answered: "Partly answered", not_in_documents: "Not in the documents", out_of_scope: "Outside what it can answer",
    needs_clarification: "Asked for a detail", declined: "Declined", error: "Fault",
  };
  let token = sessionStorage.getItem(KEY) ?? "", documents = [], watching = 0;

  const el = (tag, given = {}, ...within) => {
    const { label, ...props } = given;
    const made = Object.assign(document.createElement(tag), props);
    if (label) made.setAttribute("aria-label", label);
    made.append(...within.filter((one) => one !== null && one !== ""));
    return made;
  };
  const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`);
  const day = (iso) => (iso ? new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }) : "");

  function say(words, wrong = false) {
    at("said").classList.toggle("op-wrong", wrong);
    at("said").textContent = words;
  }

  async function call(path, body) {
    const given = body === undefined ? {} : { method: "POST", body: body instanceof Blob ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { "Content-Type": body instanceof Blob ? "application/octet-stream" : "application/json" };
    const reply = await fetch(`operator/api/${path}`, { ...given, headers: { Authorization: `Bearer ${token}`, ...type }, cache: "no-store" });
    const said = await reply.json().catch(() => ({}));
    if (reply.status === 401) leave();
    if (!reply.ok) throw new Error(said.detail ?? `The server answered ${reply.status}.`);
    return said;
  }

  // Whatever goes wrong is said where everything is said.
  const trying = (act) => async (event) => {
    event?.preventDefault();
    try { await act(event); } catch (fault) { say(fault instanceof TypeError ? "The server cannot be reached." : fault.message, true); }
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
    const all = await call("overview");
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
    at("pending").textContent = waiting
      ? `${waiting} change${waiting > 1 ? "s are" : " is"} not in the index yet. Until then everyone is answered from the index as it is.`
      : "The index holds what lies in the folder.";
    at("pending").classList.toggle("op-waiting", waiting > 0);
  }

  function row(one) {
    const [sign, words] = STATES[one.state];
    const state = el("td", {}, el("span", { className: "op-state" }, `${sign} ${words}`), one.why ? el("span", { className: "op-why" }, one.why) : "");
    const act = (name, does) => {
      const button = el("button", { type: "button", className: "cg-button", label: `${name}: ${one.path}` }, name);
      button.addEventListener("click", trying(does));
      return button;
    };
    const buttons = one.state === "removed" ? [] : [act("Replace", () => replace(one)), act("Describe", () => describe(one)), act("Remove", () => remove(one))];
    const title = one.about?.title;
    return el("tr", {},
      el("th", { scope: "row" }, title || one.path, title ? el("span", {}, one.path) : ""),
      state, el("td", {}, one.size ? size(one.size) : ""), el("td", {}, el("div", { className: "op-line" }, ...buttons)));
  }

  async function send(file, name, replacing) {
    const most = Number(document.querySelector("main").dataset.mostMb);
    if (file.size > most * 1e6) throw new Error(`${file.name} has ${size(file.size)}; a document may have ${most} MB at most.`);
    say(`Sending ${file.name} …`);
    await call(`documents?${new URLSearchParams({ name, replace: String(replacing) })}`, file);
  }

  async function add() {
    const files = [...at("files").files], arrived = [], refused = [];
    for (const file of files) {
      try { await send(file, file.name, false); arrived.push(file.name); } catch (fault) { refused.push(`${file.name}: ${fault.message}`); }
    }
    at("add").reset();
    await look();
    say([arrived.length ? `Added: ${arrived.join(", ")}.` : "", ...refused].filter(Boolean).join(" "), refused.length > 0);
  }

  function replace(one) {
    const chooser = el("input", { type: "file" });
    chooser.addEventListener("change", trying(async () => {
      await send(chooser.files[0], one.path, true);
      await look();
      say(`Replaced: ${one.path}.`);
    }));
    chooser.click();
  }

  async function remove(one) {
    const sure = await asked(`Remove ${one.path}?`,
      "The file is deleted. Its words leave the index with the next run; what notices.toml and initiatives.toml say of it is for you to remove.", "Remove it");
    if (!sure) return;
    await call("documents/remove", { path: one.path });
    await look();
    say(`Removed: ${one.path}.`);
    at("start").focus();
  }

  async function describe(one) {
    const fields = ["title", "publisher", "published", "kind"];
    at("about-words").textContent = `What is known of ${one.path}`;
    for (const name of fields) at(`about-${name}`).value = one.about?.[name] ?? "";
    if (!(await opened(at("about")))) return;
    await call("documents/about", { path: one.path, ...Object.fromEntries(fields.map((name) => [name, at(`about-${name}`).value])) });
    await look();
    say(`Written down: ${one.path}.`);
  }

  function asked(words, more, yes) {
    at("ask-words").textContent = words;
    at("ask-more").textContent = more;
    at("ask-yes").textContent = yes;
    return opened(at("ask"));
  }

  function opened(dialog) {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
  }

  // Indexing

  function index(run) {
    at("start").hidden = run.running;
    at("stop").hidden = at("progress-line").hidden = !run.running;
    if (run.running) {
      at("progress-words").textContent = `${run.what}${run.total ? `, ${run.done} of ${run.total} ${run.unit}` : ""} …`;
      if (run.total) Object.assign(at("progress"), { max: run.total, value: run.done });
      else at("progress").removeAttribute("value");
      watch();
    }
    at("last-run").replaceChildren(...(run.ended && !run.running ? lastRun(run) : []));
  }

  function lastRun(run) {
    const heading = el("h3", {}, `Last run, ${day(run.ended)}`);
    return run.fault ? [heading, el("p", { className: "op-fault" }, run.fault)] : [heading, lines(run.lines)];
  }

  const lines = (all) => el("ul", { className: "op-run" }, ...all.map((line) => el("li", {}, line)));

  function watch() {
    clearTimeout(watching);
    watching = setTimeout(trying(async () => {
      const run = await call("indexing");
      if (run.running) return index(run);
      const here = document.activeElement === at("stop");
      await look();
      if (here) at("start").focus();
      say(run.fault || "The index is in line with the documents.", Boolean(run.fault));
    }), 500);
  }

  // Answers, numbers, questions, findings

  function answers(paused) {
    at("answering").textContent = paused === null ? "✓ Questions are answered." : `‖ All answers are paused. People are told: ${paused}`;
    at("answering").classList.toggle("cg-tone-warn", paused !== null);
    at("pause").hidden = paused !== null;
    at("resume").hidden = paused === null;
  }

  function numbers(counts) {
    const by = new Map();
    for (const { outcome, number } of counts.replies) by.set(outcome, (by.get(outcome) ?? 0) + number);
    const all = [...by.values()].reduce((sum, n) => sum + n, 0);
    const rows = [...by].sort((a, b) => b[1] - a[1]).map(([name, n]) => el("tr", {}, el("th", { scope: "row" }, OUTCOMES[name] ?? name), el("td", {}, String(n))));
    const table = el("table", { className: "cg-cells op-numbers" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Outcome"), el("th", { scope: "col" }, "Questions"))), el("tbody", {}, ...rows));
    const said = [`${all} question${all === 1 ? "" : "s"} since ${day(counts.since)}, when the server started.`,
      counts.mean_ms === null ? "" : `An answer took ${counts.mean_ms} ms on average.`, counts.faults ? `${counts.faults} ended in a fault: see the log.` : ""];
    at("numbers").replaceChildren(el("p", {}, said.filter(Boolean).join(" ")), ...(all ? [table] : []), el("p", { className: "cg-quiet-text" }, "Counted without words, names or addresses; more for machines at /metrics."));
  }

  function questions(kept) {
    const said = ({ on, question, outcome, times }) => el("li", {}, `${question} `, el("span", { className: "cg-quiet-text" }, `${OUTCOMES[outcome] ?? outcome}, ${times > 1 ? `${times} times, last ` : ""}${on}`));
    at("questions").replaceChildren(el("p", { className: "cg-quiet-text" }, kept.how), ...(kept.found.length ? [el("ul", { className: "op-run" }, ...kept.found.map(said))] : []));
  }

  const examine = async () => {
    at("findings").replaceChildren();
    say("Examining …");
    const found = await call("doctor");
    at("findings").replaceChildren(el("p", { className: found.sound ? "cg-state" : "op-fault" }, found.sound ? "✓ Everything is sound." : "There are faults: they stand last."), lines(found.lines));
    say(found.sound ? "Everything is sound." : "There are faults.", !found.sound);
  };

  // What is pressed

  const on = (id, kind, act) => at(id).addEventListener(kind, trying(act));
  on("enter", "submit", async () => { token = at("token").value.trim(); await enter(); say(""); at("documents-title").scrollIntoView({ block: "nearest" }); at("files").focus(); });
  on("leave", "click", () => { leave(); say("Signed out."); });
  on("add", "submit", add);
  on("start", "click", async () => { index(await call("indexing/start", {})); say("Indexing has begun."); at("stop").focus(); });
  on("stop", "click", async () => { index(await call("indexing/stop", {})); say("Stopping …"); });
  on("pause", "submit", async () => { answers((await call("pause", { words: at("pause-words").value })).paused); say("All answers are paused."); at("resume").focus(); });
  on("resume", "click", async () => { answers((await call("resume", {})).paused); say("Questions are answered again."); at("pause-words").focus(); });
  on("notice", "submit", async () => { await call("notice", { words: at("notice-words").value }); await look(); say("The notice is shown from the next time a page is opened."); });
  on("notice-off", "click", async () => { at("notice-words").value = ""; await call("notice", { words: "" }); await look(); say("The notice is taken down."); at("notice-words").focus(); });
  on("examine", "click", examine);
  at("find").addEventListener("input", list);
  if (token) trying(enter)();
})();
