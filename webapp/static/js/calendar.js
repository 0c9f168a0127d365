// A doctor's calendar beyond its links: the form in place, letters, and a now-line that moves.
"use strict";

(() => {
  const FIVE = 5;
  const calendar = () => document.getElementById("calendar");
  const pad = (number) => String(number).padStart(2, "0");
  const clock = (minute) => `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`;
  // As the reader writes it, with the minutes in the place of those of the full hour.
  const words = (minute) => {
    const hour = document.querySelector(".hours").dataset.clock.split("|")[Math.floor(minute / 60) % 24];
    return hour.replace(/00(?!.*00)/, pad(minute % 60));
  };
  const span = ({ at, minutes }) => `${words(at)}–${words(at + minutes)}`;
  const rowOf = (element) => parseFloat(getComputedStyle(element.closest("ol")).gridAutoRows) || 0;

  // ---------- An empty place: which time of it is meant ----------

  // The stretch behind a link: its first minute, how long it is, and its rows on the screen.
  const stretchOf = (link) => {
    const address = new URL(link.href);
    const [hour, minute] = address.searchParams.get("start").split(":").map(Number);
    const row = rowOf(link);
    const rows = row ? Math.round(link.parentElement.getBoundingClientRect().height / row) : 6;
    const usual = Number(address.searchParams.get("minutes")) || 30;
    const step = usual % 15 || rows * FIVE % 15 ? FIVE : 15;
    return { address, start: hour * 60 + minute, length: rows * FIVE, row, step, usual };
  };
  const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

  const show = (link, choice) => {
    const { start, row } = stretchOf(link);
    if (!row) return;
    const ghost = link.querySelector(".ghost") || link.appendChild(document.createElement("span"));
    ghost.className = "ghost";
    ghost.style.insetBlockStart = `${(choice.at - start) / FIVE * row}px`;
    ghost.style.height = `${choice.minutes / FIVE * row}px`;
    ghost.textContent = span(choice);
  };
  const hide = (link) => link?.querySelector(".ghost")?.remove();

  const minuteAt = (link, y) => {
    const { start, length, row, step } = stretchOf(link);
    if (!row) return start;
    const passed = (y - link.getBoundingClientRect().top) / row * FIVE;
    return start + within(Math.floor(passed / step) * step, 0, length - FIVE);
  };
  const usualFrom = (link, at) => {
    const { start, length, usual } = stretchOf(link);
    return { at, minutes: within(usual, FIVE, start + length - at) };
  };

  let drag = null;
  let chosen = new WeakMap();

  document.addEventListener("pointermove", (event) => {
    const link = event.pointerType === "mouse" && event.target.closest?.(".put a");
    if (drag) return;
    document.querySelectorAll(".put a:not(:focus-visible) .ghost").forEach((ghost) => {
      if (ghost.parentElement !== link) ghost.remove();
    });
    if (link) show(link, usualFrom(link, minuteAt(link, event.clientY)));
  });
  document.addEventListener("pointerdown", (event) => {
    const link = event.target.closest?.(".put a");
    if (!link || event.pointerType !== "mouse" || event.button !== 0) return;
    event.preventDefault(); // or the link itself would be dragged
    link.focus({ preventScroll: true });
    drag = { link, from: minuteAt(link, event.clientY), y: event.clientY };
    link.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { link, from } = drag;
    if (Math.abs(event.clientY - drag.y) < 4 && !drag.choice) return;
    const { start, length, step } = stretchOf(link);
    const to = minuteAt(link, event.clientY);
    const [first, last] = from <= to ? [from, to] : [to, from];
    const end = Math.min(last + step, start + length);
    drag.choice = { at: first, minutes: Math.min(end - first, 480) };
    show(link, drag.choice);
  });
  document.addEventListener("pointerup", () => {
    if (!drag) return;
    chosen.set(drag.link, drag.choice || usualFrom(drag.link, drag.from));
    drag = null;
  });

  // Up and down on an empty place choose a start in it; with Shift, how long it is.
  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.(".put a");
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!link || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    const { start, length, step, row } = stretchOf(link);
    if (!row) return;
    event.preventDefault();
    const was = chosen.get(link) || usualFrom(link, start);
    const change = event.shiftKey ? { at: 0, minutes: way * step } : { at: way * step, minutes: 0 };
    const at = within(was.at + change.at, start, start + length - FIVE);
    const minutes = within(was.minutes + change.minutes, FIVE, Math.min(start + length - at, 480));
    chosen.set(link, { at, minutes });
    show(link, { at, minutes });
    document.getElementById("announcer").textContent = span({ at, minutes });
  });
  document.addEventListener("focusout", (event) => {
    const link = event.target.closest?.(".put a");
    if (link && !document.querySelector("#offer-here[open]")) hide(link);
  });

  // ---------- The form in place ----------

  const open = async (link, address, event) => {
    const dialog = document.getElementById("offer-here");
    try {
      await htmx.ajax("GET", address, { event, target: dialog, swap: "innerHTML" });
    } catch {
      return; // app.js has said so
    }
    if (!dialog.querySelector("form")) return;
    dialog.returnTo = link;
    dialog.showModal();
    place(dialog);
    sizes.observe(dialog);
    dialog.querySelector("#slot-minutes")?.select();
  };
  const place = (dialog) => {
    const anchor = dialog.returnTo.querySelector(".ghost") || dialog.returnTo;
    const beside = anchor.getBoundingClientRect();
    const own = dialog.getBoundingClientRect();
    const room = 8;
    const after = beside.right + room + own.width < innerWidth;
    const before = beside.left - own.width - room;
    // In a list, which is as broad as the page, it stands in the middle.
    const left = after ? beside.right + room : before > room ? before : (innerWidth - own.width) / 2;
    dialog.style.left = `${left}px`;
    dialog.style.top = `${within(beside.top, room, innerHeight - own.height - room)}px`;
  };
  // What is said in the form makes it larger.
  const sizes = new ResizeObserver(([{ target }]) => {
    if (target.open) place(target);
  });
  // A phone that is turned may have no room any more where the form was.
  window.addEventListener("resize", () => {
    const dialog = document.querySelector("#offer-here[open]");
    if (dialog) place(dialog);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".put a, #offer");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    const address = new URL(link.href);
    address.searchParams.set("view", calendar().dataset.view);
    if (link.id !== "offer") {
      // Enter clicks without a place; a finger clicks at one.
      const touched = event.detail && !chosen.get(link);
      const choice = touched ? usualFrom(link, minuteAt(link, event.clientY)) : chosen.get(link);
      if (choice) {
        const day = address.searchParams.get("date");
        address.searchParams.set("start", clock(choice.at));
        address.searchParams.set("minutes", choice.minutes);
        address.searchParams.set("date", day);
        show(link, choice);
      }
      chosen.delete(link);
    }
    open(link, address.pathname + address.search, event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close]")) event.target.closest("dialog").close();
    if (event.target.matches?.("dialog.popover")) event.target.close(); // the backdrop
  });
  document.addEventListener("close", (event) => {
    const dialog = event.target;
    if (dialog.id !== "offer-here") return;
    hide(dialog.returnTo);
    dialog.returnTo?.focus();
    dialog.replaceChildren();
  }, true);

  // ---------- Letters ----------

  const keysOn = () => localStorage.getItem("calendar-keys") !== "off";
  const showSwitch = () => {
    const box = document.getElementById("keys-on");
    if (box) box.checked = keysOn();
  };
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") {
      localStorage.setItem("calendar-keys", event.target.checked ? "on" : "off");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!keysOn() || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const at = document.activeElement;
    const inCalendar = at === document.body || at.id === "main" || calendar()?.contains(at);
    if (!inCalendar || at.closest("input, select, textarea, dialog")) return;
    const link = calendar()?.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    link?.focus({ preventScroll: true }); // what had the focus may go away
    link?.click();
  });

  // ---------- The now-line: right when the page is written, moved while it stands ----------

  const written = new WeakMap();
  const moveNow = () => {
    const line = document.querySelector(".now");
    if (!line) return;
    if (!written.has(line)) written.set(line, performance.now() - line.dataset.seconds * 1000);
    const minutes = (performance.now() - written.get(line)) / 60_000;
    line.style.transform = `translateY(${minutes / FIVE * rowOf(line)}px)`;
  };
  setInterval(moveNow, 15_000);

  // ---------- A refresh keeps the focus where it is, or next to where it was ----------

  const having = (name, value) => `[${name}="${CSS.escape(value)}"]`;
  const placesOf = (element) => {
    // Whatever becomes of a time, no other of this doctor's starts when it does.
    const line = element.closest("[data-starts-at]"), day = element.closest("section");
    const around = [having("aria-labelledby", day.getAttribute("aria-labelledby"))];
    if (line) around.unshift(having("data-starts-at", line.dataset.startsAt));
    const name = element.hasAttribute("href") ? "href" : "value";
    const own = having(name, element.getAttribute(name));
    return around.flatMap((place) => [`#grid ${place} ${own}`, `#grid ${place} a`]);
  };
  let focused = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const grid = event.detail.target;
    const at = document.activeElement;
    const busy = drag || document.querySelector("#offer-here[open]");
    if (grid.id !== "grid") return;
    if (busy) event.detail.shouldSwap = false;
    focused = grid.contains(at) ? placesOf(at) : [];
  });
  document.addEventListener("htmx:afterSettle", () => {
    focused.map((place) => document.querySelector(place)).find(Boolean)?.focus();
    focused = [];
    showSwitch();
    moveNow();
  });

  showSwitch();
  moveNow();
})();
