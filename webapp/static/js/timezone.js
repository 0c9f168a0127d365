// Times are shown as the reader's own clock tells them: a cookie tells the server its zone.
"use strict";

(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookie = `timezone=${zone}`;
  const isKept = () => document.cookie.split("; ").includes(cookie);
  if (!zone || isKept()) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure}`;
  // The first page was written without knowing; never twice, so that nothing can go in circles.
  const assumed = document.currentScript.dataset.assumed;
  if (assumed && assumed !== zone && isKept()) location.reload();
})();
