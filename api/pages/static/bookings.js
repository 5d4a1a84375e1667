// The table of hours: arrow keys go from cell to cell. Everything works without this.
const table = document.getElementById("hours");
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function middle(link) {
  const box = link.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + Math.min(box.height / 2, 10)];
}

function neighbour(from, [across, down]) {
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const link of table.querySelectorAll("tbody a")) {
    const [left, top] = middle(link);
    const ahead = (left - x) * across + (top - y) * down;
    const aside = Math.abs(across ? top - y : left - x);
    if (ahead > 4 && ahead + 4 * aside < least) {
      least = ahead + 4 * aside;
      best = link;
    }
  }
  return best;
}

table?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!event.target.matches("tbody a")) return;
  const next = neighbour(event.target, step);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
