// The kiosk greets: words, colour and sign always; a short tone once somebody here wanted it.
"use strict";

(() => {
  const words = document.body.dataset;
  const porch = document.getElementById("greeting");
  const said = document.getElementById("said");
  const sound = document.getElementById("sound");
  const SHOWN = 7000;
  const TONES = { granted: [[660, 0], [880, 0.12]], refused: [[220, 0], [220, 0.22]] };
  const LENGTH = { granted: 0.12, refused: 0.16 };
  let speaker = null;
  let ending = null;

  function show(state, text) {
    porch.dataset.state = state;
    said.textContent = text;
  }

  function beep(state) {
    if (!speaker) return;
    for (const [pitch, later] of TONES[state]) {
      const begin = speaker.currentTime + later;
      const tone = speaker.createOscillator();
      const volume = speaker.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.3, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH[state]);
      tone.connect(volume).connect(speaker.destination);
      tone.start(begin);
      tone.stop(begin + LENGTH[state]);
    }
    words.tones = String(Number(words.tones || 0) + 1);
  }

  function rest() {
    clearTimeout(ending);
    ending = setTimeout(() => show("idle", words.idle), SHOWN);
  }

  function switchSound() {
    if (speaker) {
      speaker.close();
      speaker = null;
    } else {
      speaker = new AudioContext();
      beep("granted");
    }
    sound.setAttribute("aria-pressed", String(speaker !== null));
    sound.textContent = speaker ? words.soundOn : words.soundOff;
  }

  document.addEventListener("greeting", ({ detail }) => {
    const state = detail.granted ? "granted" : "refused";
    show(state, detail.text);
    beep(state);
    rest();
  });
  sound.addEventListener("click", switchSound);
  sound.hidden = false;
  rest();
})();
