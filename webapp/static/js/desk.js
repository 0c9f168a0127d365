// The reception's list beyond htmx: ticking all, details in place, and what others change meanwhile.
"use strict";

(() => {
  const UNDO_MILLISECONDS = 10_000, LOOK_MILLISECONDS = 30_000;
  const list = () => document.getElementById("desk-list");
  const rowsIn = (root) => [...root.querySelectorAll("tr[data-appointment-id]")];
  const isBusy = () => Boolean(document.querySelector(".htmx-request, tr.more, [data-undo]:not(.gone)"));
  const announce = (text) => {
    document.getElementById("announcer").textContent = text;
  };

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
    }
  });
  // Enter on a tick would send the form.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#desk-list [type=checkbox]")) event.preventDefault();
  });

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

  // ---------- What others change: row by row, so that ticks, focus and places stay ----------
  const said = (row) => [row.dataset.status, row.dataset.startsAt, row.querySelector("th a").textContent, row.cells[1].textContent, row.querySelector(".untold")?.textContent].join();
  const grouping = (root) => Array.from(root.querySelectorAll("tr.group, tr[data-appointment-id]"), (row) => row.dataset.appointmentId ?? row.textContent).join();
  const replaceRow = (old, fresh) => {
    const box = old.querySelector("[name=appointment_id]");
    const again = fresh.querySelector("[name=appointment_id]");
    if (box && again) again.checked = box.checked;
    old.replaceWith(fresh);
    htmx.process(fresh);
  };
  // Time goes by: rows go to the group that they belong to now, and take ticks and the focus along.
  const regroup = (here, fresh) => {
    const focused = document.activeElement;
    for (const row of rowsIn(fresh)) row.replaceWith(here.get(row.dataset.appointmentId));
    const table = list().querySelector("table");
    for (const body of [...table.tBodies]) body.remove();
    table.append(...fresh.querySelector("table").tBodies);
    focused.focus({ preventScroll: true });
  };
  const merge = (fresh) => {
    const here = new Map(rowsIn(list()).map((row) => [row.dataset.appointmentId, row]));
    const there = rowsIn(fresh);
    const same = there.length === here.size && there.every((row) => here.has(row.dataset.appointmentId));
    const isInHand = (element) => element.contains(document.activeElement);
    if (!same) {
      // Rows come or go: not from under somebody's finger.
      if (isInHand(list()) || list().querySelector(":checked")) return false;
      list().replaceWith(fresh);
      htmx.process(list());
      return true;
    }
    if (list().matches(":active")) return false; // a press that is not over ends on what it began on
    const isMoved = grouping(list()) !== grouping(fresh);
    if (isMoved) regroup(here, fresh);
    else for (const clock of list().querySelectorAll(".now time")) clock.replaceWith(fresh.querySelector(".now time"));
    const changed = there.map((row) => [here.get(row.dataset.appointmentId), row]).filter(([old, row]) => said(old) !== said(row));
    const free = changed.filter(([old]) => !isInHand(old));
    for (const [old, row] of free) replaceRow(old, row);
    const counts = fresh.querySelector("#desk-counts");
    if (counts && !isInHand(document.getElementById("desk-counts"))) document.getElementById("desk-counts").replaceWith(counts);
    if (free.length === changed.length) list().dataset.seen = fresh.dataset.seen;
    return isMoved || free.length > 0;
  };
  const look = async () => {
    const now = list();
    if (!now || document.hidden || isBusy()) return;
    const address = new URL(now.dataset.changes, location.href);
    address.searchParams.set("seen", now.dataset.seen);
    let answer;
    try {
      answer = await fetch(address, { headers: { "HX-Request": "true", "X-Unattended": "1" } });
    } catch {
      return; // the next look may reach the practice again
    }
    if (answer.status === 401) document.dispatchEvent(new CustomEvent("signedout"));
    if (answer.status !== 200) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (list() !== now || isBusy()) return;
    const fresh = page.getElementById("desk-list");
    if (!fresh) return;
    if (merge(fresh)) announce(now.dataset.changed);
    describeAll();
  };
  setInterval(look, LOOK_MILLISECONDS);
  document.addEventListener("visibilitychange", look);

  document.addEventListener("htmx:afterSettle", () => {
    describeAll();
    fadeAll();
  });
  describeAll();
  fadeAll();
})();
