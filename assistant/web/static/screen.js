// What HTML alone cannot do: put a question into the box, choose where to look, lead from a number to its card and back,
// copy with citation, save. Everything is delegated from the document, since Gradio redraws the conversation.
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const one = (selector) => document.querySelector(selector);
  const box = () => one("#cg-box textarea, #cg-box input");
  const said = (name) => one("#cg-texts")?.dataset[name] ?? "";
  const scroll = (target) => target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });

  // The question box

  function fill(question, field = box()) {
    if (!field) return null;
    const type = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(type.prototype, "value").set.call(field, question);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return field;
  }

  function edit(question) {
    const field = fill(question);
    if (!field) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  // `more` goes along once: what a link says, or "take no filter from my words".
  let more = {};

  function ask(question, extra = {}) {
    showTab("ask");
    if (!fill(question)) return;
    more = extra;
    box().focus({ preventScroll: true });
    // Svelte takes the new value over in its own time.
    setTimeout(() => document.getElementById("cg-ask")?.click(), 60);
  }

  // Where there is no room for all tabs, Gradio keeps the rest in a menu.
  function showTab(name, words = "") {
    const tab = document.getElementById(`cg-tab-${name}-button`);
    if (tab) return tab.getAttribute("aria-selected") === "true" || tab.click();
    menu()?.click();
    setTimeout(() => [...document.querySelectorAll("#cg-tabs .overflow-dropdown button")].find((item) => item.textContent.trim() === words)?.click(), 60);
  }

  // Gradio's menu says neither whether it is open nor its name in our language, and loses its place when something is chosen.
  const menu = () => one("#cg-tabs .overflow-menu > button");
  const menuIsOpen = () => menu()?.getAttribute("aria-expanded") === "true";

  function nameMenu() {
    const button = menu(), list = button?.nextElementSibling;
    if (!list || button.hasAttribute("aria-expanded")) return;
    const tell = () => button.setAttribute("aria-expanded", String(!list.classList.contains("hide")));
    button.setAttribute("aria-label", said("moreTabs"));
    new MutationObserver(tell).observe(list, { attributeFilter: ["class"] });
    tell();
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#cg-tabs .overflow-dropdown button"))
      setTimeout(() => one("#cg-tabs [role=tab][aria-selected=true]")?.focus(), 60);
  });

  // Where to look

  const panel = () => one("#cg-filters form");

  function chosen() {
    const form = panel();
    if (!form) return {};
    const data = new FormData(form);
    const year = (name) => Number(data.get(name)) || undefined;
    return {
      sources: data.getAll("sources"), kinds: data.getAll("kinds"), place: data.get("place") ?? "",
      since: year("since"), until: year("until"), read: data.has("read"),
    };
  }

  function fits(about, id, now) {
    return (!now.sources.length || now.sources.includes(id))
      && (!now.kinds.length || now.kinds.includes(about.kind))
      && (!now.place || about.places.some((place) => place.toLowerCase().includes(now.place.toLowerCase())))
      && (!now.since || about.year >= now.since) && (!now.until || (about.year && about.year <= now.until));
  }

  function count() {
    const holder = one("#cg-filters"), now = chosen(), shown = one("#cg-filters-said");
    if (!holder || !shown) return;
    const held = Object.entries(JSON.parse(holder.dataset.documents));
    const left = held.filter(([id, about]) => fits(about, id, now)).length;
    const words = left === held.length ? said("all") : left ? said("some") : said("none");
    shown.textContent = words.replace("{n}", left).replace("{all}", held.length);
    holder.classList.toggle("cg-narrow", left !== held.length);
  }

  function choose(values) {
    const form = panel();
    if (!form) return;
    form.reset();
    for (const name of ["sources", "kinds", "place"])
      for (const input of form.querySelectorAll(`[name=${name}]`)) input.checked = (values[name] ?? []).includes(input.value);
    for (const name of ["since", "until"]) if (form.elements[name]) form.elements[name].value = values[name]?.[0] ?? "";
    count();
  }

  window.commonGround = {
    sent() {
      const now = JSON.stringify({ ...chosen(), ...more });
      more = {};
      return now;
    },
    sought: () => JSON.stringify(Object.fromEntries(new FormData(one("#cg-seek")))),
    save(file) {
      if (!file) return announce(said("notSaved"));
      const { name, type, data } = JSON.parse(file);
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const address = URL.createObjectURL(new Blob([bytes], { type }));
      Object.assign(document.createElement("a"), { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
      announce(`${said("saved")}: ${name}`);
    },
  };

  // A need that is chosen is typed and looked for.
  function need(button) {
    fill(button.dataset.need, one("#cg-need textarea, #cg-need input"));
    setTimeout(() => one("#cg-find-initiatives")?.click(), 60);
  }

  // Links to an answer: what to ask stands after the "#", which no browser sends to a server.

  function follow() {
    const values = new URLSearchParams(location.hash.slice(1)), question = values.get("ask");
    if (!question || !box()) return false;
    history.replaceState(null, "", location.pathname + location.search);
    choose(Object.fromEntries(["sources", "kinds", "place", "since", "until"].map((name) => [name, values.getAll(name)])));
    ask(question, { before: values.getAll("before"), on: values.get("on") ?? "", same: values.get("same") ?? "" });
    return true;
  }

  // From a number to its card and back

  function goTo(id) {
    const target = document.getElementById(id);
    if (!target) return false;
    for (let node = target.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    scroll(target);
    target.focus({ preventScroll: true });
    return true;
  }

  let marks = 0;
  const mark = (element) => (element.id ||= `cg-link-${(marks += 1)}`);

  // Copying and saving

  const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const asHtml = (text) => text.split("\n").map((line) => `<p>${escape(line)}</p>`).join("");

  async function write(text, html) {
    if (navigator.clipboard && window.ClipboardItem) {
      const as = (type, data) => new Blob([data], { type });
      return navigator.clipboard.write([new ClipboardItem({ "text/plain": as("text/plain", text), "text/html": as("text/html", html) })]);
    }
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("copying is not allowed");
  }

  async function tell(button, doing, done, failed) {
    const label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const before = label.data;
    try { await doing(); label.data = done; } catch { label.data = failed; }
    announce(label.data);
    button.focus();
    setTimeout(() => { label.data = before; }, 2000);
  }

  const copy = (button) => tell(button, () => write(button.dataset.copy, button.dataset.rich ?? asHtml(button.dataset.copy)), said("copied"), said("notCopied"));

  function link(button) {
    const address = `${location.origin}${location.pathname}#${button.dataset.link}`;
    const html = `<p><a href="${escape(address)}">${escape(new URLSearchParams(button.dataset.link).get("ask"))}</a></p>`;
    return tell(button, () => write(address, html), said("linkCopied"), said("notCopied"));
  }

  function announce(words) {
    let region = document.getElementById("cg-said");
    if (!region) {
      region = Object.assign(document.createElement("p"), { id: "cg-said", className: "cg-vh" });
      region.setAttribute("role", "status");
      document.querySelector(".gradio-container")?.append(region);
    }
    region.textContent = words;
  }

  // Paper cannot be opened: whichever way it is printed, all evidence is there.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".cg-evidence > details:not([open])")];
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
  const print = () => window.print();

  async function feedback(form, helpful) {
    const data = new FormData(form), about = JSON.parse(form.dataset.feedback);
    const body = { ...about, helpful, reasons: helpful ? [] : data.getAll("reasons"), words: helpful ? "" : data.get("words") };
    let words = form.dataset.failed;
    try {
      const headers = { "Content-Type": "application/json" };
      const reply = await fetch(form.dataset.to, { method: "POST", headers, body: JSON.stringify(body) });
      if (reply.ok) words = form.dataset.thanks;
      else words = `${words} ${(await reply.json()).detail ?? ""}`;
    } catch { /* the words say so */ }
    form.replaceChildren(Object.assign(document.createElement("p"), { textContent: words, className: "cg-quiet-text" }));
    announce(words);
  }

  function unhelpful(button) {
    const more = button.form.querySelector("fieldset");
    more.hidden = !more.hidden;
    button.setAttribute("aria-expanded", String(!more.hidden));
    if (!more.hidden) more.querySelector("input").focus();
  }

  const actions = {
    ask: (at) => ask(at.dataset.ask),
    again(at) {
      if (at.dataset.unfiltered !== undefined) choose({});
      ask(at.dataset.again, at.dataset.unread !== undefined ? { read: false } : {});
    },
    edit: (at) => edit(at.dataset.edit),
    copy, link, print, need, unhelpful,
    tab(at) {
      showTab(at.dataset.tab, at.dataset.words);
      scrollTo({ top: 0 });
    },
    only(at) {
      choose({ sources: [at.dataset.only] });
      showTab("ask");
      setTimeout(() => box()?.focus(), 60);
    },
  };

  document.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("button, a[href^='#']") : null;
    if (!at) return;
    for (const [name, act] of Object.entries(actions)) if (name in at.dataset) return act(at);
    const address = at.getAttribute("href");
    if (address && document.getElementById(address.slice(1))) {
      event.preventDefault();
      // The back button leads to where one came from.
      history.replaceState({ from: mark(at) }, "");
      history.pushState({ from: address.slice(1) }, "", address);
      goTo(address.slice(1));
    }
  });

  document.addEventListener("change", (event) => {
    if (panel()?.contains(event.target)) count();
    if (one("#cg-seek")?.contains(event.target)) one("#cg-find-initiatives")?.click();
  });
  document.addEventListener("reset", () => setTimeout(count));
  document.addEventListener("submit", (event) => {
    if (event.target.matches(".cg-feedback")) {
      event.preventDefault();
      feedback(event.target, event.submitter?.value === "yes");
    } else if (event.target.matches("#cg-seek, #cg-filters form")) event.preventDefault();
  });
  // A place that is chosen can be let go again.
  document.addEventListener("click", (event) => {
    const radio = event.target;
    if (!(radio instanceof HTMLInputElement) || radio.name !== "place") return;
    if (radio.dataset.was) radio.checked = false;
    for (const other of panel().querySelectorAll("[name=place]")) delete other.dataset.was;
    if (radio.checked) radio.dataset.was = "yes";
    count();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = one("#cg-filters[open]");
    if (open?.contains(event.target)) { open.open = false; open.querySelector("summary").focus(); }
    else if (menuIsOpen()) { menu().click(); menu().focus(); }
    else one("#cg-stop:not([hidden])")?.click();
  });
  addEventListener("popstate", (event) => { if (!follow() && event.state?.from) goTo(event.state.from); });
  addEventListener("hashchange", follow);

  // A follow-up comes into view by itself: once when it is asked, once when its answer has made room.
  let seen = "", ready = false;
  new MutationObserver(() => {
    if (!ready && box() && one("#cg-texts")) {
      ready = true;
      document.documentElement.lang = said("language");
      setTimeout(follow, 300);
    }
    if (ready) nameMenu();
    const turns = document.querySelectorAll(".cg-turn"), last = turns[turns.length - 1];
    const now = last ? `${last.id} ${last.querySelector(".cg-answer") ? "answered" : ""}` : "";
    if (now !== seen && last && (turns.length > 1 || innerHeight < 500)) scroll(last);
    seen = now;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
