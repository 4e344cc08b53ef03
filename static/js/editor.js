// The editor of posts: tools, preview, drafts, @names, topics, a counter. The page works without it.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const made = (tag, props) => Object.assign(document.createElement(tag), props);
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  // Puts words in the place of others as typing does, so that Ctrl+Z takes them back; setRangeText alone forgets what can be undone.
  const type = (area, words, from, to) => {
    area.focus();
    area.setSelectionRange(from, to);
    if (document.execCommand?.("insertText", false, words)) return;
    area.setRangeText(words, from, to, "end");
    changed(area);
  };
  const icon = (name) => {
    const use = $(".icon use").getAttribute("href").split("#")[0];
    return `<svg class="icon" aria-hidden="true"><use href="${use}#${name}"></use></svg>`;
  };

  // A listbox under a field. find() → what to look for, or ""; choose(value) puts it in.
  function suggest(field, list, { find, url, choose, first }) {
    let at = -1, timer;
    const close = () => {
      list.hidden = true;
      mark(-1);
    };
    const mark = (index) => {
      at = index;
      [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === at));
      if (at < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", list.children[at].id);
      if (field.role) field.setAttribute("aria-expanded", !list.hidden);
    };
    const pick = (option) => {
      choose(option.dataset.value);
      close();
    };
    field.setAttribute("aria-autocomplete", "list");
    if (field.role) field.setAttribute("aria-expanded", false);
    field.setAttribute("aria-controls", (list.id = `${field.id}-list`));
    field.addEventListener("input", () => {
      clearTimeout(timer);
      const text = find();
      if (!text) return close();
      timer = setTimeout(async () => {
        const answer = await fetch(url(text)).catch(() => ({}));
        if (!answer.ok || answer.redirected || find() !== text) return;
        list.innerHTML = await answer.text();
        [...list.children].forEach((option, i) => (option.id = `${list.id}-${i}`));
        list.hidden = !list.children.length || document.activeElement !== field;
        mark(first && !list.hidden ? 0 : -1);
      }, 150);
    });
    field.addEventListener("keydown", (event) => {
      const count = list.children.length, down = event.key === "ArrowDown";
      if (list.hidden || event.isComposing) return;
      if (down || event.key === "ArrowUp") mark(at < 0 ? (down ? 0 : count - 1) : (at + (down ? 1 : count - 1)) % count);
      else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) pick(list.children[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    });
    field.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[data-value]");
      if (option) pick(option);
    });
  }

  function editor(box) {
    const area = $("textarea", box), form = area.form, show = $("[data-show]", box), sheet = $("[data-preview-box]", box);
    const place = () => ({ thread: box.dataset.thread || "", space: box.dataset.space || form.elements.space?.value || "" });
    $("[data-bar]", box).hidden = $("[data-tools]", box).hidden = false;
    $("[data-plain-preview]", form)?.remove();
    sheet.hidden = true;

    const marks = {
      bold: (text) => ["**", text || "bold words", "**"],
      link: (text) => ["[", text || "words", "](https://)"],
      list: (text) => ["", text.replace(/^/gm, "- "), ""],
      quote: (text) => ["", text.replace(/^/gm, "> "), ""],
    };
    box.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-mark]")?.dataset.mark;
      if (!mark) return;
      let { selectionStart: from, selectionEnd: to, value } = area;
      if (mark === "list" || mark === "quote") from = value.lastIndexOf("\n", from - 1) + 1;
      const [before, text, after] = marks[mark](value.slice(from, to));
      type(area, before + text + after, from, to);
      area.setSelectionRange(from + before.length, from + before.length + text.length);
    });

    show.addEventListener("click", async () => {
      const on = area.hidden;
      if (!on) {
        const body = new URLSearchParams({ ...place(), body: area.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
        const answer = await fetch(box.dataset.preview, { method: "POST", body }).catch(() => ({}));
        if (answer.ok && !answer.redirected) sheet.innerHTML = await answer.text();
        else sheet.textContent = "There is no preview just now. Try again in a minute.";
      }
      area.hidden = !on;
      sheet.hidden = on;
      box.querySelectorAll("[data-mark]").forEach((tool) => (tool.disabled = !on)); // they work on text one sees
      show.setAttribute("aria-pressed", !on);
      (on ? area : sheet).focus();
    });

    const name = () => area.value.slice(0, area.selectionStart).match(/(?:^|[^\w@/.])@([\p{L}\d-]{1,40})$/u)?.[1] || "";
    suggest(area, $("[data-list]", box), {
      find: name,
      first: true,
      url: (text) => `${box.dataset.mentions}?${new URLSearchParams({ ...place(), q: text })}`,
      choose(handle) {
        type(area, `${handle} `, area.selectionStart - name().length, area.selectionStart);
      },
    });
  }

  // Keeps what is typed in the form of a box with data-drafts. While the last save has failed, the form warns (unsaved.js).
  function drafts(box) {
    const form = box.closest("form"), said = $("[data-saved]", box), other = $("[data-other]", box), version = form.elements.draft_version;
    const tab = box.dataset.tab || Math.random().toString(36).slice(2) + Date.now();
    const names = ["title", "body", "space", "topics", "kind", "known"].filter((name) => form.elements[name]);
    let step = +box.dataset.step || 0, timer, dirty = false, stopped = false, sent = false, refused = 0;

    async function save(leaving) {
      clearTimeout(timer);
      timer = 0;
      if (!dirty || stopped || sent) return;
      dirty = false;
      const data = new FormData(form);
      data.set("quiet", 1);
      try {
        const answer = await fetch(box.dataset.drafts, { method: "POST", body: data, keepalive: leaving === true });
        if (answer.redirected || answer.status === 403) return missed("Not saved: you were signed out. Send it, and nothing is lost.");
        const told = await answer.json();
        if (answer.status === 409) return newer(told);
        if (!answer.ok) return missed(told.words);
        if (told.version) version.value = Math.max(version.value, told.version);
        said.textContent = told.words;
        delete form.dataset.warns;
        refused = 0;
      } catch {
        missed("Not saved yet: we try again.");
      }
    }
    function missed(words) {
      said.textContent = words;
      form.dataset.warns = "";
      later(Math.min(3000 * 2 ** refused++, 60000));
    }
    function later(wait) {
      dirty = true;
      timer ||= setTimeout(save, wait > 0 ? wait : 3000);
    }
    const typed = () => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    const put = (fields) =>
      names.forEach((name) => {
        form.elements[name].value = fields[name] || "";
        form.elements[name].dispatchEvent?.(new Event("change"));
      });

    function newer({ words, version: number, fields }) {
      stopped = true;
      missed("Not saved");
      const go = (then) => () => {
        version.value = number;
        stopped = false;
        then();
        $("textarea", box).focus();
      };
      panel(words, fields, [
        ["Load it", go(() => {
          const mine = typed();
          put(fields);
          panel("What you had typed here:", mine, [["Close", () => (other.hidden = true)]]);
        })],
        ["Keep what is here", go(() => {
          other.hidden = dirty = true;
          save();
        })],
      ]);
    }
    function panel(words, { title = "", body = "" }, buttons) {
      other.hidden = false;
      other.className = "draft-other";
      other.replaceChildren(
        made("p", { textContent: words, role: "alert" }),
        made("pre", { textContent: [title, body].filter(Boolean).join("\n\n"), tabIndex: 0 }),
        ...buttons.map(([textContent, onclick]) => made("button", { type: "button", className: "button button--plain button--small", textContent, onclick })),
      );
    }

    form.addEventListener("formdata", ({ formData }) => {
      formData.set("tab", tab);
      formData.set("step", ++step);
    });
    form.addEventListener("input", () => {
      sent = false; // the page was not left after all
      later();
    });
    if ("unsaved" in box.dataset) later();
    document.addEventListener("visibilitychange", () => document.hidden && save(true));
    addEventListener("pagehide", () => save(true));
    form.addEventListener("cancel", save); // closed without leaving the page
    // what is sent is not kept, nor what is thrown away; another form that leads away only hurries the save
    addEventListener("submit", ({ target, submitter }) => {
      const discards = [submitter?.formAction, target.action].some((where) => where?.endsWith("/drafts/discard/"));
      if (target === form || discards) sent = true;
    });
    addEventListener("pageshow", ({ persisted }) => persisted && (sent = false));
  }

  function topics(box) {
    const kept = $("input", box), field = made("input", { type: "text", id: kept.id, autocomplete: "off", role: "combobox" });
    const chips = made("div", { className: "chips" }), list = made("ul", { className: "suggest", role: "listbox", hidden: true });
    let chosen = [];
    list.setAttribute("aria-label", "Topics");
    ["aria-describedby", "aria-invalid"].forEach((name) => kept.hasAttribute(name) && field.setAttribute(name, kept.getAttribute(name)));
    kept.type = "hidden";
    kept.removeAttribute("id");
    kept.after(chips, list);

    function draw() {
      chips.replaceChildren(
        ...chosen.map((name) => {
          const chip = made("button", { type: "button", className: "tag tag--chosen", textContent: name, onclick: () => set(chosen.filter((n) => n !== name)) });
          chip.setAttribute("aria-label", `${name}: remove`);
          chip.insertAdjacentHTML("beforeend", icon("cross"));
          return chip;
        }),
        field,
      );
    }
    function keep() {
      kept.value = [...chosen, field.value.trim()].filter(Boolean).join(", ");
      changed(kept);
    }
    function set(names) {
      chosen = [...new Set(names.map((name) => name.trim().toLowerCase()).filter(Boolean))];
      field.value = "";
      draw();
      field.focus();
      keep();
    }
    const read = () => {
      chosen = kept.value.split(",").map((name) => name.trim()).filter(Boolean);
      draw();
    };
    suggest(field, list, { find: () => field.value.trim(), url: (q) => `${box.dataset.topics}?${new URLSearchParams({ q })}`, choose: (name) => set([...chosen, name]) });
    field.addEventListener("input", () => (field.value.includes(",") ? set([...chosen, ...field.value.split(",")]) : keep()));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && field.value.trim()) {
        event.preventDefault();
        set([...chosen, field.value]);
      } else if (event.key === "Backspace" && !field.value && chosen.length) set(chosen.slice(0, -1));
    });
    kept.addEventListener("change", read);
    read();
  }

  function counter(field) {
    const note = document.getElementById(`${field.name}-count`), most = +field.dataset.count;
    const count = () => {
      const length = [...field.value.trim()].length;
      note.textContent = length > most ? `${length - most} characters too many` : `${length} of ${most} characters`;
    };
    ["input", "change"].forEach((name) => field.addEventListener(name, count));
    count();
  }

  function start(root) {
    root.querySelectorAll("[data-editor]:not([data-on])").forEach((box) => {
      box.dataset.on = "";
      editor(box);
    });
    root.querySelectorAll("[data-drafts]:not([data-kept])").forEach((box) => {
      box.dataset.kept = "";
      drafts(box);
    });
  }
  start(document);
  document.addEventListener("htmx:load", ({ detail }) => start(detail.elt.parentNode || detail.elt));
  document.querySelectorAll("[data-topics]").forEach(topics);
  document.querySelectorAll("[data-count]").forEach(counter);
})();
