// What the pages do beyond htmx. Everything also works without it.
"use strict";

document.documentElement.classList.add("js");

// htmx notes the address of each page, and a search may be in it; without, it goes by the address bar.
const forgetAddress = () => { try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* no storage */ } };
forgetAddress();
for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) document.addEventListener(name, forgetAddress);

// Read by htmx when the document is complete, which is after this. What keeps it from storing and
// running anything stands in the page itself.
if (window.htmx) Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  // without style, which the Content-Security-Policy refuses to be set as an attribute
  attributesToSettle: ["class", "width", "height"],
  // Nothing is faded in: an answer is drawn once, at once.
  defaultSettleDelay: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  timeout: 10_000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
});

// The focus goes to what has changed; what changes elsewhere is announced. Whoever was at something
// that is swapped away goes on at what has the same id, or at the place that its section keeps for the focus.
let wasThere = false, sameOne = null;
document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig: asked } }) => {
  // Some browsers give the focus to no link that is pressed: who asked was there, too.
  const inHand = target.contains(document.activeElement) ? document.activeElement : null;
  wasThere = Boolean(inHand || (asked.triggeringEvent && target.contains(asked.elt)));
  // What a page renews by itself leaves the focus on the link that has it.
  const leadsTo = asked.triggeringEvent ? null : inHand?.getAttribute("href");
  sameOne = leadsTo ? `[href="${CSS.escape(leadsTo)}"]` : null;
  if (inHand?.id) sameOne = `#${CSS.escape(inHand.id)}`;
  // A browser that takes away what has the focus lays out old and new together, only to move it.
  if (inHand?.matches("a, button")) inHand.blur();
});

// What lies behind an open dialog is neither seen nor read out: what is said is said in the dialog.
const emptiedDialog = () => {
  const dialog = document.querySelector("dialog[open]");
  dialog?.querySelector(":scope > .message")?.remove();
  return dialog;
};
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.closest("dialog")) detail.ignoreTitle = true; // the page behind it is still the page
  const dialog = detail.target.id === "messages" ? emptiedDialog() : null;
  if (dialog) Object.assign(detail, { target: dialog, swapOverride: "afterbegin" });
});
// Parts that each name their place: what the request was about stays, with the focus that it has had.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.serverResponse && detail.xhr.getResponseHeader("HX-Reswap") === "none") detail.target = messages;
});

// What stays in sight at the top of a long page hides nothing that gets the focus below it.
const messages = document.getElementById("messages");
const keepClear = () => {
  const isKept = getComputedStyle(messages).position === "sticky";
  const height = isKept ? `${messages.offsetHeight}px` : "0px";
  // A variable at the root would have the whole page styled and laid out once more.
  document.documentElement.style.scrollPaddingBlockStart = `calc(${height} + var(--offered, 0px))`;
  document.querySelector(".more-rows")?.style.setProperty("--kept", height);
};
new ResizeObserver(keepClear).observe(messages);
document.addEventListener("offered", keepClear);

document.addEventListener("htmx:afterSettle", (event) => {
  keepClear();
  const within = (selector) => event.detail.elt.querySelector?.(selector);
  const isLost = wasThere && document.activeElement === document.body;
  const same = isLost && sameOne ? within(sameOne) : null;
  const place = within("[data-focus]") ?? same ?? (isLost ? within("[data-keeps-focus]") : null);
  // Whoever goes on with the same has it before them, or looks at something else on purpose.
  place?.focus({ preventScroll: place === same });
  const news = within("[data-announce]");
  if (news && news !== document.activeElement) document.getElementById("announcer").textContent = news.innerText;
});
document.querySelector("[data-focus]")?.focus();

// What was swapped in may lie on another of the header's ways than the page that it was put into.
document.addEventListener("htmx:afterSettle", ({ detail: { elt: { dataset } } }) => {
  if (!dataset?.way) return;
  for (const link of document.querySelectorAll(".site-nav li a")) {
    if (link.getAttribute("href") === dataset.way) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
});

// A second click while the first is on its way sends nothing. In a list whose rows share a form,
// each button counts by itself, and what they send queues.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const form = event.target.hasAttribute("data-queue") && event.submitter ? event.submitter : event.target;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  for (const sent of form?.querySelectorAll("[data-sending]") ?? []) delete sent.dataset.sending;
  delete form?.dataset.sending;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
});

// What a page says by itself, in words that came with it.
const warn = (words) => {
  const message = document.createElement("p");
  message.className = "message message--alert message--live";
  message.setAttribute("role", "alert");
  const mark = Object.assign(document.createElement("span"), { className: "message__mark", textContent: "!" });
  mark.setAttribute("aria-hidden", "true");
  message.append(mark, words);
  const dialog = emptiedDialog();
  if (dialog) dialog.prepend(message);
  else document.getElementById("messages")?.replaceChildren(message);
  return message;
};
// What a person did: a page looks for news by itself, too.
const isAttended = (event) => Boolean(event) && event.type !== "look";

// An answer that never comes is said, too, if anybody waits for it.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (isAttended(event.detail.requestConfig?.triggeringEvent)) warn(document.body.dataset.unreachable);
  });
}

// A page whose session has ended leaves for the sign-in page, unless something in it is unfinished:
// that stays, and may be sent, as it then waits for its sender. Who only looks on is told once.
let signedOut = null;
const isUnfinished = () => document.querySelector("dialog[open], main form[method=post] [aria-invalid=true]") || Array.from(
  document.querySelectorAll("main form[method=post] :is(input:not([type=hidden]), textarea)"),
).some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
document.addEventListener("signedout", ({ detail: attended }) => {
  if (!isUnfinished()) location.replace(location.pathname + location.search);
  else if (attended || !signedOut?.isConnected) signedOut = warn(document.body.dataset.signedOut);
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig: { verb, triggeringEvent } } = event.detail;
  const isAsked = verb === "get" || triggeringEvent?.type === "input"; // not sent by somebody
  const leadsAway = isAsked && xhr.getResponseHeader("HX-Redirect")?.startsWith("/login");
  if (!document.body.dataset.signedOut || (xhr.status !== 401 && !leadsAway)) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("signedout", { detail: isAttended(triggeringEvent) }));
});

// A form whose token holds no longer is answered with one that does, for all forms of the page.
document.addEventListener("freshtoken", ({ detail: { value } }) => {
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = value;
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// What a page asks by itself keeps nobody signed in.
document.addEventListener("htmx:configRequest", (event) => {
  if (!isAttended(event.detail.triggeringEvent)) event.detail.headers["X-Unattended"] = "1";
});
