// <script src="https://HOST/embed.js" data-site="..." data-mode="inline|button" data-sources="a,b" data-lang="en" defer></script>
// or <common-ground-chat site="..." mode="...">. Shows our page in a frame and touches nothing else of the page it is on.
(() => {
  "use strict";
  const script = document.currentScript;
  const base = new URL(".", script ? script.src : document.baseURI);
  const NAME = "common-ground-chat";
  const WORDS = {}; // by language, filled in by the server

  // Important rules inside a shadow tree win over every rule of the page, important ones too.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; display: block !important; direction: ltr !important; }
    :host([mode="button"]) { position: fixed !important; inset: auto 16px calc(16px + var(--up, 0px)) auto !important; z-index: 2147483000 !important; }
    * { box-sizing: border-box; font: 400 16px/1.4 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
    iframe { display: block; width: 100%; height: 416px; border: 1px solid #7c8783; border-radius: 8px; background: #fff; color-scheme: light dark; }
    .panel { display: flex; flex-direction: column; width: min(432px, calc(100vw - 32px)); height: min(672px, calc(100vh - 112px)); margin-bottom: 8px; }
    .panel iframe { flex: 1; height: auto; min-height: 0; }
    .panel[hidden] { display: none; }
    button { min-height: 44px; padding: 8px 17.6px; border: 2px solid #fff; border-radius: 999px; background: #1b5a4c; color: #fff; font-weight: 600; cursor: pointer; }
    .bar { display: flex; justify-content: flex-end; }
    :is(button, a, iframe):focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
    p { margin: 4px 0; color: #1c2523; background: #fff; } a { color: #1b5a4c; }
    @media (max-width: 480px) {
      .panel { position: fixed; inset: 0; padding-bottom: 72px; width: auto; height: auto; margin: 0; background: Canvas; color-scheme: light dark; }
      .panel iframe { border: 0; border-radius: 0; }
      .bar { position: relative; z-index: 1; }
    }
  `);

  class Chat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      if (this.getAttribute("mode") === "button") this.asButton();
      else this.shadowRoot.append(this.frame());
      addEventListener("message", (event) => this.heard(event));
    }

    get words() { return WORDS[this.getAttribute("lang")] || WORDS.en; }
    get name() { return this.getAttribute("label") || this.words.name; }

    address(path) {
      const url = new URL(path, base);
      for (const name of ["site", "sources", "lang"]) if (this.getAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      if (this.getAttribute("token")) url.hash = new URLSearchParams({ token: this.getAttribute("token") });
      return url.href;
    }

    frame() {
      const frame = document.createElement("iframe");
      frame.title = this.name;
      frame.referrerPolicy = "origin"; // so that we can tell the page in words when it is not on the list
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
      frame.src = this.address("embed");
      this.inner = frame;
      setTimeout(() => { if (!this.ready) this.shadowRoot.append(this.fallback()); }, 15000);
      return frame;
    }

    fallback() {
      const words = document.createElement("p"), link = document.createElement("a");
      link.href = base.href;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.textContent = this.words.open;
      words.append(this.words.otherwise, link, ".");
      return words;
    }

    asButton() {
      const before = document.querySelectorAll(`${NAME}[mode="button"]`);
      this.style.setProperty("--up", `${[...before].indexOf(this) * 64}px`);
      this.panel = Object.assign(document.createElement("div"), { className: "panel", hidden: true, id: "panel" });
      this.panel.setAttribute("role", "dialog");
      this.panel.setAttribute("aria-label", this.name);
      this.button = Object.assign(document.createElement("button"), { type: "button", textContent: this.name });
      this.button.setAttribute("aria-controls", "panel");
      this.button.setAttribute("aria-expanded", "false");
      this.button.addEventListener("click", () => this.show(this.panel.hidden));
      this.addEventListener("keydown", (event) => { if (event.key === "Escape") this.show(false); });
      const bar = Object.assign(document.createElement("div"), { className: "bar" });
      bar.append(this.button);
      this.shadowRoot.append(this.panel, bar);
    }

    show(open) {
      if (open && !this.inner) this.panel.append(this.frame());
      this.panel.hidden = !open;
      this.button.setAttribute("aria-expanded", String(open));
      this.button.textContent = open ? this.words.close : this.name;
      if (open) this.focusInside(); else this.button.focus();
    }

    focusInside() {
      this.inner.focus();
      if (this.ready) this.inner.contentWindow.postMessage({ commonGround: "focus" }, base.origin);
    }

    heard(event) {
      if (!this.inner || event.source !== this.inner.contentWindow || event.origin !== base.origin) return;
      const { commonGround, height } = event.data || {};
      if (commonGround === "ready") { this.ready = true; if (this.panel && !this.panel.hidden) this.focusInside(); }
      if (commonGround === "escape" && this.panel) this.show(false);
      const most = Number(this.getAttribute("max-height")) || 720;
      if (!this.panel && Number.isFinite(height)) this.inner.style.height = `${Math.min(Math.max(height, 260), most) + 2}px`;
    }
  }

  if (!customElements.get(NAME)) customElements.define(NAME, Chat);

  if (script && (script.dataset.mode || script.dataset.site || script.dataset.sources || script.dataset.lang)) {
    const chat = document.createElement(NAME);
    for (const name of ["site", "mode", "sources", "lang", "token", "label", "maxHeight"]) {
      if (script.dataset[name]) chat.setAttribute(name === "maxHeight" ? "max-height" : name, script.dataset[name]);
    }
    if (script.dataset.mode === "button") document.body.append(chat); else script.after(chat);
  }
})();
