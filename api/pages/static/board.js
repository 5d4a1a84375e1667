// Keeps the board true: one stream of counts, and an honest word when it is cut.
"use strict";

const words = document.body.dataset;
const find = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: words.zone,
});
const day = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone: words.zone });
const PATIENCE = 8000;

let known = document.querySelector("time").dateTime;
let missing = null;

function share(present, capacity) {
  return present === 0 ? 0 : Math.min(100, Math.max(4, Math.round((100 * present) / capacity)));
}

function fill(bar, present) {
  if (bar) bar.setAttribute("width", share(present, Number(bar.dataset.capacity)));
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function counted(place) {
  return (place.blurred ? "≤ " : "") + String(place.present);
}

function showHouse(house) {
  const state = house.open ? words.open : words.closed;
  const noun = house.present === 1 ? words.one : words.many;
  find("hero").classList.toggle("is-open", house.open);
  find("hero").classList.toggle("is-closed", !house.open);
  write(find("state"), state);
  write(find("says"), house.open ? words.openSays : words.closedSays);
  write(find("present"), counted(house));
  write(find("noun"), noun);
  write(find("summary"), `${state}, ${house.present} ${noun}`);
  fill(find("bar"), house.present);
  document.title = `${words.site} · ${state}`;
}

function sayUntil(room, now) {
  if (!room.until || day.format(new Date(room.until)) !== day.format(new Date(now))) return words[room.status];
  return `${words[room.status]} ${words.until} ${clock.format(new Date(room.until))}`;
}

function showRoom(room, now) {
  const card = document.querySelector(`[data-room="${CSS.escape(room.id)}"]`);
  if (!card) return;
  card.dataset.status = room.status;
  write(card.querySelector(".status-word"), sayUntil(room, now));
  write(card.querySelector(".room-present"), counted(room));
  fill(card.querySelector(".bar-full"), room.present);
}

function showFreshness(live) {
  clearTimeout(missing);
  missing = null;
  document.body.classList.toggle("is-live", live);
  document.body.classList.toggle("is-lost", !live);
  const time = clock.format(new Date(known));
  write(find("freshness-word"), live ? `${words.live} · ${words.updated} ${time}` : `${words.lost} ${time}`);
  if (!live) write(find("summary"), `${words.lost} ${time}`);
}

function follow() {
  const stream = new EventSource("/api/v1/stream");
  stream.addEventListener("open", () => showFreshness(true));
  stream.addEventListener("occupancy", (event) => {
    const house = JSON.parse(event.data);
    known = house.at;
    showHouse(house);
    house.rooms.forEach((room) => showRoom(room, house.at));
    showFreshness(true);
  });
  stream.addEventListener("error", () => {
    missing ??= setTimeout(() => showFreshness(false), PATIENCE);
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, PATIENCE);
  });
}

follow();
