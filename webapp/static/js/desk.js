// The reception's list beyond htmx: ticking all, details in place, and Undo that goes by.
"use strict";

(() => {
  const UNDO_MILLISECONDS = 10_000;
  const TWICE_MILLISECONDS = 500;
  const TWICE_PIXELS = 16;
  const list = () => document.getElementById("desk-list");
  const rowsIn = (root) => [...root.querySelectorAll("tr[data-appointment-id]")];

  // Buttons that say the same in every row say for whom they are, links that unfold more say so.
  // Details below a row that comes anew stay, and are asked for anew: what one may do has changed.
  const describe = (row) => {
    const patient = row.querySelector("th a");
    if (!patient || patient.hasAttribute("aria-expanded")) return;
    const line = lineBelow(row);
    patient.setAttribute("aria-expanded", String(Boolean(line)));
    if (line) fill(line, patient);
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent}: ${patient.textContent}`);
    }
  };
  const describeAll = () => rowsIn(document).forEach(describe);

  // ---------- Details in place ----------
  const lineBelow = (row) => row.nextElementSibling?.matches(".more") ? row.nextElementSibling : null;
  // `event`: what a person did, who is told if the answer never comes.
  const fill = async (line, link, event) => {
    const [cell] = line.cells;
    try {
      await htmx.ajax("GET", link.getAttribute("href"), { source: link, event, target: cell, swap: "innerHTML" });
    } catch {
      cell.replaceChildren(); // what stood there before may not be right any more
    }
    if (!line.isConnected || cell.textContent.trim()) return;
    line.remove();
    link.setAttribute("aria-expanded", "false");
  };
  const more = (link, event) => {
    const row = link.closest("tr");
    const open = link.getAttribute("aria-expanded") === "true";
    link.setAttribute("aria-expanded", String(!open));
    if (open) {
      lineBelow(row)?.remove();
      htmx.trigger(link, "htmx:abort");
      return;
    }
    const line = document.createElement("tr");
    line.className = "more";
    line.insertCell().colSpan = 4;
    row.after(line);
    fill(line, link, event);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#desk-list tr[data-appointment-id] th a");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && isPlain) {
      event.preventDefault();
      more(link, event);
    }
    const all = event.target.closest?.("[data-tick-all]");
    if (all) {
      event.preventDefault();
      const boxes = [...list().querySelectorAll("[name=appointment_id]")];
      const ticked = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = ticked;
      countTicks();
      document.getElementById("announcer").textContent = ticked ? all.dataset.tickAll : all.dataset.tickNone;
    }
  });
  // Enter on a tick would send the form.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#desk-list [type=checkbox]")) event.preventDefault();
  });

  // ---------- A double click notes once: the answer puts another button, or row, under the pointer ----------
  let last = null;
  document.addEventListener("click", (event) => {
    const before = last;
    // Whoever presses a key has it on what has the focus, and no pointer anywhere: `detail` is 0.
    last = event.detail && event.target.closest?.("#desk-form button") && { x: event.clientX, y: event.clientY, when: Date.now() };
    if (!before || !last || last.when - before.when >= TWICE_MILLISECONDS) return;
    if (Math.hypot(last.x - before.x, last.y - before.y) < TWICE_PIXELS) event.preventDefault();
  }, true);

  // ---------- Undo is offered for ten seconds, and longer while somebody is at it ----------
  const fade = (form) => {
    if (form.dataset.fading) return;
    form.dataset.fading = "1";
    const go = () => {
      if (!form.isConnected) return;
      if (form.matches(":hover, :focus-within")) setTimeout(go, 1000);
      else form.classList.add("gone");
    };
    setTimeout(go, UNDO_MILLISECONDS);
  };
  const fadeAll = () => document.querySelectorAll("[data-undo]").forEach(fade);

  // ---------- How many are ticked, where they are cancelled ----------
  const TICK = "#desk-list [name=appointment_id]";
  const countTicks = () => {
    const number = document.querySelectorAll(`${TICK}:checked`).length;
    for (const words of document.querySelectorAll("#cancel-many :is(legend, .button)")) {
      if (number) words.dataset.ticked = number;
      else delete words.dataset.ticked;
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches(TICK)) countTicks();
  });

  const refresh = () => {
    describeAll();
    countTicks();
    fadeAll();
  };
  document.addEventListener("htmx:afterSettle", refresh);
  document.addEventListener("desk:changed", refresh);
  refresh();
})();
