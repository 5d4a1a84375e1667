// Keeps a page true: whenever something happens it is asked for anew, and its pieces are replaced.
"use strict";

(() => {
  const words = document.body.dataset;
  const SOON = 150;
  const PATIENCE = 4000;
  const MINUTE = 60000;
  let asked = false;
  let again = false;
  let missing = null;

  function say(text, isLive) {
    document.body.classList.toggle("is-live", isLive);
    document.body.classList.toggle("is-lost", !isLive);
    const word = document.getElementById("freshness-word");
    if (word.textContent !== text) word.textContent = text;
  }

  function showLost() {
    const since = document.body.dataset.last || document.querySelector("#freshness-word").textContent.slice(-5);
    say(`${words.lost} ${since}`, false);
    document.getElementById("summary").textContent = `${words.lost} ${since}`;
  }

  function showLive() {
    clearTimeout(missing);
    missing = null;
    say(`${words.live} · ${words.updated} ${words.last}`, true);
    document.getElementById("summary").textContent = "";
  }

  function replace(page) {
    for (const piece of document.querySelectorAll("[data-piece]")) {
      const fresh = page.getElementById(piece.id);
      if (!fresh || fresh.innerHTML === piece.innerHTML) continue;
      const held = piece.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      piece.innerHTML = fresh.innerHTML;
      if (held) piece.querySelector(`[href="${CSS.escape(held)}"]`)?.focus();
    }
    document.body.dataset.last = page.getElementById("freshness-word").textContent.slice(-5);
  }

  async function refresh() {
    if (asked) {
      again = true;
      return;
    }
    asked = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.redirected) location.reload();
      if (answer.ok) {
        replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
        showLive();
      }
    } catch {
      missing ??= setTimeout(showLost, PATIENCE);
    }
    setTimeout(() => {
      asked = false;
      if (again) {
        again = false;
        refresh();
      }
    }, SOON);
  }

  function follow() {
    const stream = new EventSource(words.stream || "/api/v1/stream");
    stream.addEventListener("open", refresh);
    for (const name of (words.hears ?? "journal occupancy").split(" ")) stream.addEventListener(name, refresh);
    stream.addEventListener("greeting", (event) => {
      document.dispatchEvent(new CustomEvent("greeting", { detail: JSON.parse(event.data) }));
    });
    stream.addEventListener("error", () => {
      missing ??= setTimeout(showLost, PATIENCE);
      if (stream.readyState !== EventSource.CLOSED) return;
      refresh();
      setTimeout(follow, PATIENCE);
    });
  }

  document.body.dataset.last = document.getElementById("freshness-word").textContent.slice(-5);
  follow();
  setInterval(refresh, MINUTE);
})();
