// Free times keep up with the clinic while the page is open. One that goes stays where it is and is
// marked, so that nothing moves under a finger; new ones come when somebody asks for them.
"use strict";

(() => {
  const watches = (event) => event.detail.elt?.matches?.("[data-watch]");
  const say = (words) => { document.getElementById("announcer").textContent = words; };
  let reason = null; // what is said among the messages of a time that went
  const isGone = (time) => time.dataset.status === "gone";

  // A tab that nobody sees asks nothing; once it is seen again, it asks at once.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && watches(event)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const one of document.querySelectorAll("[data-watch]")) htmx.trigger(one, "look");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!watches(event)) return;
    event.detail.shouldSwap = false;
    const { xhr, elt: watch } = event.detail;
    if (xhr.status !== 200) return;
    watch.setAttribute("hx-headers", JSON.stringify({ "If-None-Match": xhr.getResponseHeader("ETag") }));
    compare(watch, new DOMParser().parseFromString(xhr.responseText, "text/html"));
  });

  document.addEventListener("click", (event) => {
    const time = event.target.closest?.("[data-slot-id]");
    if (!time || !isGone(time)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const watch = document.querySelector("[data-watch]");
    if (watch) say(watch.dataset.gone.replace("{time}", spoken(time)));
  }, true);

  function compare(watch, fresh) {
    const free = new Set(Array.from(fresh.querySelectorAll('[data-slot-id][data-status="open"]'), (time) => time.dataset.slotId));
    offerAgain(watch, free, fresh);
    const shown = [...watch.parentElement.querySelectorAll("[data-slot-id]")];
    const gone = shown.filter((time) => !isGone(time) && !free.has(time.dataset.slotId));
    const back = shown.filter((time) => isGone(time) && free.has(time.dataset.slotId));
    for (const time of gone) mark(time, "gone");
    for (const time of back) mark(time, "open");
    const known = new Set(shown.map((time) => time.dataset.slotId));
    const isMore = [...free].some((id) => !known.has(id));
    const more = watch.parentElement.querySelector("[data-more-times]");
    if (more) more.hidden = !isMore;
    const news = [
      ...gone.map((time) => watch.dataset.gone.replace("{time}", spoken(time))),
      ...back.map((time) => watch.dataset.back.replace("{time}", spoken(time))),
      ...(isMore && more ? [watch.dataset.more] : []),
    ];
    if (news.length) say(news.join(" "));
    if (gone.length) offerInstead(watch, fresh);
  }

  function mark(time, status) {
    time.dataset.status = status;
    if (status === "gone") time.setAttribute("aria-disabled", "true");
    else time.removeAttribute("aria-disabled");
  }

  // Where one time was to be booked, the nearest others take the place of its button, and why stands
  // on top; what was typed is in the same form.
  function offerInstead(watch, fresh) {
    const place = watch.parentElement.querySelector("[data-instead]");
    const others = fresh.querySelector("form .slots");
    if (!place || !others) return;
    place.querySelector("ul")?.remove();
    entitle(watch, fresh);
    const why = fresh.querySelector("[data-why]").textContent;
    forPaper(watch, why);
    reason = warn(why);
    place.append(document.adoptNode(others));
    htmx.process(place);
    change(place.parentElement.querySelector(".actions"), place);
  }

  // Once that time is free again, its button is back: the others go unmarked, as nobody took them.
  function offerAgain(watch, free, fresh) {
    const place = watch.parentElement.querySelector("[data-instead]:not([hidden])");
    const own = watch.parentElement.querySelector("[data-slot-id]");
    if (!place || !free.has(own.dataset.slotId)) return;
    entitle(watch, fresh);
    forPaper(watch);
    reason?.remove();
    change(place, place.parentElement.querySelector(".actions"));
    place.querySelector("ul").remove();
  }

  // Paper leaves out the messages: there, why stands below the title.
  function forPaper(watch, why) {
    const place = watch.parentElement.querySelector("[data-why]");
    place.dataset.before ??= place.textContent;
    place.textContent = why ?? place.dataset.before;
  }

  function entitle(watch, fresh) {
    watch.parentElement.querySelector("h1").textContent = fresh.querySelector("h1").textContent;
  }

  // One part of the form takes the place of another, and the focus with it.
  function change(part, next) {
    const wasFocused = part.contains(document.activeElement);
    part.hidden = true;
    next.hidden = false;
    if (wasFocused) next.querySelector("button").focus();
  }

  function spoken(time) {
    const day = time.closest(".day")?.querySelector(".day__name")?.textContent ?? "";
    const words = (time.querySelector("time") ?? time).textContent;
    return `${day} ${words}`.replace(/\s+/g, " ").trim();
  }
})();
