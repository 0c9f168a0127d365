// What the pages do beyond htmx. Everything also works without it.
"use strict";

document.documentElement.classList.add("js");

// The focus goes to what has changed; what changes elsewhere is announced.
document.addEventListener("htmx:afterSettle", (event) => {
  const within = (selector) => event.detail.elt.querySelector?.(selector);
  within("[data-focus]")?.focus();
  const news = within("[data-announce]");
  if (news) document.getElementById("announcer").textContent = news.textContent;
});
document.querySelector("[data-focus]")?.focus();

// A second click while the first is on its way sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  delete event.detail.elt.closest?.("form")?.dataset.sending;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

// An answer that never comes is said, too, if anybody waits for it.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!event.detail.requestConfig?.triggeringEvent) return;
    const message = document.createElement("p");
    message.className = "message message--alert";
    message.setAttribute("role", "alert");
    message.textContent = document.body.dataset.unreachable;
    document.getElementById("messages")?.replaceChildren(message);
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// What a page asks by itself keeps nobody signed in.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["X-Unattended"] = "1";
});
