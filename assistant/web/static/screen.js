// What HTML alone cannot do: put a question into the box, lead from a number to its card and back, copy with citation.
// Everything is delegated from the document, since Gradio redraws the conversation.
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const box = () => document.querySelector("#cg-box textarea, #cg-box input");

  function fill(question) {
    const field = box();
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

  function ask(question) {
    if (!fill(question)) return;
    box().focus();
    // Svelte takes the new value over in its own time.
    setTimeout(() => document.getElementById("cg-ask")?.click(), 60);
  }

  function goTo(id) {
    const target = document.getElementById(id);
    if (!target) return false;
    for (let node = target.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
    target.focus({ preventScroll: true });
    return true;
  }

  const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  async function write(text) {
    const html = `<p>${escape(text)}</p>`;
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

  async function copy(button) {
    const label = button.firstChild, before = label.textContent;
    try { await write(button.dataset.copy); label.textContent = "Copied"; } catch { label.textContent = "Could not copy"; }
    announce(label.textContent);
    button.focus();
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  function announce(words) {
    let region = document.getElementById("cg-said");
    if (!region) {
      region = Object.assign(document.createElement("p"), { id: "cg-said", className: "cg-vh" });
      region.setAttribute("role", "status");
      document.querySelector(".cg-conversation")?.before(region);
    }
    region.textContent = words;
  }

  document.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-ask], [data-edit], [data-copy], a[href^='#']") : null;
    if (!at) return;
    if (at.dataset.ask !== undefined) return ask(at.dataset.ask);
    if (at.dataset.edit !== undefined) return edit(at.dataset.edit);
    if (at.dataset.copy !== undefined) return copy(at);
    if (goTo(at.getAttribute("href").slice(1))) {
      event.preventDefault();
      history.replaceState(null, "", at.getAttribute("href"));
    }
  });

  // A follow-up comes into view by itself: once when it is asked, once when its answer has made room.
  let seen = "";
  new MutationObserver(() => {
    const turns = document.querySelectorAll(".cg-turn"), last = turns[turns.length - 1];
    const now = last ? `${last.id} ${last.className}` : "";
    if (now !== seen && turns.length > 1) last.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
    seen = now;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
