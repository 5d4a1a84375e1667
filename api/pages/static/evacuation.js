// Keeps the ticks of the evacuation list in this browser, counts who is missing, prints.
"use strict";

(() => {
  const KEY = "usciere-evacuation";
  const HALF_A_DAY = 12 * 3600 * 1000;
  const print = document.getElementById("print");
  const roll = document.getElementById("roll");

  print.hidden = false;
  print.addEventListener("click", () => window.print());
  if (!roll) {
    localStorage.removeItem(KEY); // the report is made
    return;
  }
  const boxes = [...roll.querySelectorAll("[type=checkbox]")];

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      return Date.now() - found.at < HALF_A_DAY ? found.ticked : [];
    } catch {
      return [];
    }
  }

  function count() {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.name);
    document.getElementById("left").textContent = String(boxes.length - ticked.length);
    return ticked;
  }

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), ticked: count() }));
    } catch {
      count(); // a browser that keeps nothing still counts
    }
  }

  const before = new Set(kept());
  for (const box of boxes) box.checked = before.has(box.name);
  document.getElementById("count").hidden = false;
  const clear = document.getElementById("clear");
  clear.hidden = false;
  clear.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    keep();
  });
  roll.addEventListener("change", keep);
  count();
})();
