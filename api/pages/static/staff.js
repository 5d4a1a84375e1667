// Opens a door from the board: asks why in a dialog. Without it the link leads to a form.
"use strict";

(() => {
  const dialog = document.getElementById("unlock");
  const form = dialog.querySelector("form");
  const reason = form.elements.reason;
  const problem = document.getElementById("unlock-problem");
  let door = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-unlock]");
    if (!link) return;
    event.preventDefault();
    door = link.dataset.unlock;
    document.getElementById("unlock-door").textContent = link.dataset.name;
    reason.value = "";
    problem.hidden = true;
    dialog.showModal();
    reason.focus();
  });

  document.getElementById("unlock-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => document.querySelector(`[data-unlock="${CSS.escape(door)}"]`)?.focus());

  function refuse(text) {
    problem.textContent = text;
    problem.hidden = false;
    reason.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(`/api/v1/doors/${door}/unlock`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Usciere-Mark": document.body.dataset.mark },
        body: JSON.stringify({ reason: reason.value }),
      });
      if (answer.ok) {
        dialog.close();
        document.getElementById("summary").textContent = `${form.dataset.done} ${document.getElementById("unlock-door").textContent}`;
      } else if (answer.status === 401) location.reload();
      else refuse({ 422: form.dataset.bad, 503: form.dataset.away }[answer.status] ?? form.dataset.wrong);
    } catch {
      refuse(form.dataset.wrong);
    }
    button.disabled = false;
  });
})();
