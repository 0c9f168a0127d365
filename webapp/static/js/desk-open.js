// What others change in the reception's list while it is open: row by row, so that ticks, focus,
// details and places stay. What would take a row from under somebody's finger waits until they ask.
"use strict";

(() => {
  const LOOK_MILLISECONDS = 30_000;
  const list = () => document.getElementById("desk-list");
  const form = () => document.getElementById("desk-form");
  const rowsIn = (root) => [...root.querySelectorAll("tr[data-appointment-id]")];
  const byId = (root) => new Map(rowsIn(root).map((row) => [row.dataset.appointmentId, row]));
  const isBusy = () => Boolean(document.querySelector(".htmx-request, [data-undo]:not(.gone)"));
  const announce = (text) => {
    document.getElementById("announcer").textContent = text;
  };

  // ---------- What is in somebody's hand ----------
  const isInHand = (element) => element?.contains(document.activeElement);
  const lineBelow = (row) => row.nextElementSibling?.matches(".more") ? row.nextElementSibling : null;
  const isRowInHand = (row) => isInHand(row) || isInHand(lineBelow(row));
  const TICKED = "[name=appointment_id]:checked";
  const isHeld = () => isInHand(list()) || Boolean(list().querySelector(`${TICKED}, tr.more`) || list().querySelector("textarea")?.value);
  const unfolded = () => [...list().querySelectorAll("tr.more")].map((line) => [line.previousElementSibling, line]);

  // ---------- Rows that both lists have ----------
  const said = (row) => [row.dataset.status, row.dataset.startsAt, row.querySelector("th a").textContent, row.cells[1].textContent, row.cells[2].querySelector("a")?.textContent].join();
  const grouping = (root) => Array.from(root.querySelectorAll("tr.group, tr[data-appointment-id]"), (row) => row.dataset.appointmentId ?? row.textContent).join();
  const replaceRow = (old, fresh) => {
    const box = old.querySelector("[name=appointment_id]");
    const again = fresh.querySelector("[name=appointment_id]");
    if (box && again) again.checked = box.checked;
    old.replaceWith(fresh);
    htmx.process(fresh);
  };
  // Time goes by: rows go to the group that they belong to now, and take along ticks, details and
  // the focus.
  const regroup = (here, bodies) => {
    const focused = document.activeElement, details = unfolded();
    for (const body of bodies) {
      for (const row of rowsIn(body)) row.replaceWith(here.get(row.dataset.appointmentId));
    }
    const table = list().querySelector("table");
    for (const body of [...table.tBodies]) body.remove();
    table.append(...bodies);
    for (const [row, line] of details) row.after(line);
    focused.focus({ preventScroll: true });
  };
  // The list as it is now, but with the rows that are here: what has gone stays behind the row that
  // it stands behind, what is new is left out. Null if nothing of it is here.
  const withRowsOf = (here, fresh) => {
    const kept = fresh.cloneNode(true);
    for (const [id, row] of byId(kept)) if (!here.has(id)) row.remove();
    for (const body of kept.querySelectorAll("tbody")) if (!rowsIn(body).length) body.remove();
    const there = byId(kept);
    if (!there.size) return null;
    let before = null;
    for (const [id, row] of here) {
      const place = there.get(id) ?? row.cloneNode(true);
      if (!there.has(id)) before ? before.after(place) : rowsIn(kept)[0].before(place);
      before = place;
    }
    return kept;
  };
  // Returns whether anything has changed, and whether all of it is shown.
  const update = (here, fresh) => {
    const isMoved = grouping(list()) !== grouping(fresh);
    const changed = rowsIn(fresh).map((row) => [here.get(row.dataset.appointmentId), row.cloneNode(true)]).filter(([old, row]) => said(old) !== said(row));
    if (isMoved) regroup(here, [...fresh.querySelector("table").tBodies]);
    const free = changed.filter(([old]) => !isRowInHand(old));
    for (const [old, row] of free) replaceRow(old, row);
    return { isChanged: isMoved || free.length > 0, isShown: free.length === changed.length };
  };
  const count = (fresh) => {
    const clock = fresh.querySelector(".now time"), counts = fresh.querySelector("#desk-counts");
    if (clock) list().querySelector(".now time")?.replaceWith(clock.cloneNode(true));
    const here = document.getElementById("desk-counts");
    if (counts && !isInHand(here)) here.replaceWith(counts.cloneNode(true));
  };

  // ---------- Rows that come or go ----------
  // A refusal was about the list that it was sent from.
  const withoutRefusal = (bar) => {
    for (const words of bar.querySelectorAll(".error-summary, .field__error")) words.remove();
    for (const field of bar.querySelectorAll(".field--wrong")) field.classList.remove("field--wrong");
    for (const control of bar.querySelectorAll("[aria-invalid]")) {
      control.removeAttribute("aria-invalid");
      control.setAttribute("aria-describedby", `${control.id}-hint`);
    }
    return bar;
  };
  // Returns what puts into another list what somebody has begun in this one: ticks, details, and
  // what is typed. That waits, unseen, even where a search finds nothing that it could be about.
  const begun = () => {
    const ticked = new Set(Array.from(list().querySelectorAll(TICKED), (box) => box.value));
    const details = unfolded(), bar = document.getElementById("cancel-many");
    return (fresh) => {
      const there = byId(fresh);
      for (const [row, line] of details) there.get(row.dataset.appointmentId)?.after(line);
      for (const box of fresh.querySelectorAll("[name=appointment_id]")) box.checked = ticked.has(box.value);
      if (!bar) return;
      fresh.querySelector("#cancel-many")?.remove();
      fresh.querySelector("#desk-form").append(withoutRefusal(bar));
    };
  };
  const renew = (fresh) => {
    const goOn = begun();
    list().replaceWith(fresh);
    goOn(fresh);
    htmx.process(fresh);
  };
  // Returns whether it is offered only now.
  const offer = (isMore) => {
    const line = list().querySelector(".more-rows");
    if (!isMore) line?.remove();
    if (!isMore || line) return false;
    const button = document.createElement("button"), place = document.createElement("p");
    Object.assign(button, { type: "button", className: "button button--secondary", textContent: list().dataset.show });
    place.className = "more-rows no-print";
    place.append(button);
    form().before(place);
    document.dispatchEvent(new Event("offered"));
    announce(button.textContent);
    return true;
  };
  const merge = (fresh) => {
    const here = byId(list()), there = byId(fresh);
    const isSame = there.size === here.size && [...there.keys()].every((id) => here.has(id));
    if (!isSame && !isHeld()) {
      renew(fresh);
      return announce(list().dataset.changed);
    }
    if (list().matches(":active")) return; // a press that is not over ends on what it began on
    const kept = isSame ? fresh : withRowsOf(here, fresh);
    const { isChanged, isShown } = kept ? update(here, kept) : { isChanged: false, isShown: false };
    count(fresh);
    list().dataset.seen = isSame && isShown ? fresh.dataset.seen : ""; // what is not all shown is asked for anew
    const isOffered = offer(!isSame || !isShown);
    if (isChanged && !isOffered) announce(list().dataset.changed);
  };
  const listIn = (text) => new DOMParser().parseFromString(text, "text/html").getElementById("desk-list");

  // ---------- Looking, and being asked ----------
  // The list as it is filtered, which its form knows from hidden fields.
  const address = () => {
    const fields = form().querySelectorAll(":scope > input[type=hidden]:not([name=csrf_token])");
    const asked = new URL("changes", form().action);
    for (const field of fields) asked.searchParams.set(field.name, field.value);
    return asked;
  };
  const look = async () => {
    const now = list();
    if (!now || document.hidden || isBusy()) return;
    const asked = address();
    asked.searchParams.set("seen", now.dataset.seen);
    let answer;
    try {
      answer = await fetch(asked, { headers: { "HX-Request": "true", "X-Unattended": "1" } });
    } catch {
      return; // the next look may reach the practice again
    }
    if (answer.status === 401) document.dispatchEvent(new CustomEvent("signedout"));
    if (answer.status !== 200) return;
    const fresh = listIn(await answer.text());
    if (!fresh || list() !== now || isBusy()) return;
    merge(fresh);
    document.dispatchEvent(new Event("desk:changed"));
  };
  setInterval(look, LOOK_MILLISECONDS);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".more-rows button");
    if (!button) return;
    const { pathname, search } = address();
    htmx.ajax("GET", pathname + search, { source: button, event, target: list(), swap: "outerHTML" })
      .catch(() => {}); // app.js has said so
  });
  // Whoever filters the list, turns its pages, takes something back or asks for it as it is now goes on
  // with what they have begun; the one thing that ends it is what it was begun for.
  let goOn = null;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    goOn = detail.target === list() && detail.requestConfig.elt !== form() ? begun() : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    goOn?.(list());
    goOn = null;
  });
})();
