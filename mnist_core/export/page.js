// The page: reads the board at every movement of the pen, and shows what was read.

const PROMPT = "Draw a digit or a number";
const find = (selector) => document.querySelector(selector);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

const weights = Uint8Array.from(atob(find("#weights").text), (letter) => letter.charCodeAt(0));
const reads = new reader.Reader(network.unpack(weights.buffer));
find("#no-script").hidden = true;
find("main").hidden = false;

let frameAsked = 0;
let chosen = null; // the digit whose ring was pressed
const board = new Board(find(".surface"), () => {
  chosen = null;
  frameAsked ||= requestAnimationFrame(look);
});
new KeyboardPen(board, find(".cursor"));
const shown = new picture.Picture(find(".network"), () => reads);
shown.follow();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => shown.draw());

function look() {
  frameAsked = 0;
  const { parts } = reads.answerAll(board.find());
  show(parts);
}

/** Show the digits that were read; none where nothing is drawn. */
function show(parts) {
  const { isBeingDrawn } = board;
  const read = parts.length ? answer.describe(parts, { isBeingDrawn }) : null;
  const picked = chosen ?? read?.picked;
  showRings(read ? read.rings : [{ digit: "", confidence: 0, kind: "waiting", line: 0 }], picked);
  showWords(read?.line ?? PROMPT, parts.length > 1 ? `The bars are about the ${
    answer.nameOf(parts[picked])}` : "");
  showBars(answer.barsOf(parts[picked]?.probabilities ?? new Float32Array(10)));
  shown.isMoving = isBeingDrawn;
  if (!isBeingDrawn || !reducedMotion.matches) shown.showSoon(parts[picked]?.image ?? null);
  const isEmpty = !board.strokes.length;
  find(".hint").classList.toggle("away", !isEmpty);
  find("#clear").disabled = isEmpty;
  find("#undo").disabled = !board.history.length;
}

/** Say it: what is read aloud waits until the pen is lifted. */
function showWords(line, more) {
  find(".line").textContent = line;
  find(".more").textContent = more;
  if (!board.isBeingDrawn) find(".said").textContent = line;
}

function showRings(rings, picked) {
  const place = find(".rings");
  const lines = rings.map(({ line }) => line);
  const longest = Math.max(...lines.map((line) => lines.filter((each) => each === line).length));
  place.style.setProperty("--count", longest);
  place.style.setProperty("--rows", Math.max(...lines) + 1);
  while (place.children.length > rings.length) place.lastChild.remove();
  while (place.children.length < rings.length) place.append(createRing());
  rings.forEach((ring, at) => {
    const isPicked = rings.length > 1 && at === picked;
    updateRing(place.children[at], ring, { isPicked, isAlone: rings.length === 1 });
  });
}

function createRing() {
  const ring = document.createElement("button");
  ring.type = "button";
  const circle = (name) =>
    `<circle class="${name}" cx="50" cy="50" r="46" pathLength="100"/>`;
  ring.innerHTML = `<svg viewBox="0 0 100 100" aria-hidden="true">${
    circle("track")}${circle("arc")}</svg><span></span>`;
  ring.addEventListener("click", () => {
    chosen = [...ring.parentElement.children].indexOf(ring);
    show(reads.parts);
  });
  return ring;
}

function updateRing(ring, { digit, confidence, kind, line }, { isPicked, isAlone }) {
  ring.className = `ring ${kind}${isPicked ? " picked" : ""}`;
  ring.style.gridRow = line + 1;
  ring.disabled = isAlone; // then there is nothing to choose
  ring.setAttribute("aria-pressed", isPicked);
  ring.setAttribute("aria-label", digit ? `The ${digit}` : "No digit");
  const arc = ring.querySelector(".arc").style;
  arc.strokeDashoffset = 100 - 100 * confidence;
  arc.visibility = confidence ? "" : "hidden"; // its round end would be a dot
  const name = ring.querySelector("span");
  if (name.textContent === digit) return;
  name.textContent = digit;
  if (reducedMotion.matches) return;
  const grow = [{ transform: "scale(.7)" }, { transform: "none" }];
  name.animate(grow, { duration: 250, easing: "cubic-bezier(.2, 1.4, .4, 1)" });
}

function showBars({ probabilities, percents, best }) {
  const place = find(".bars");
  if (!place.children.length) {
    place.innerHTML = probabilities.map((_, digit) => `<div class="column"><b></b>
      <i></i><span>${digit}</span></div>`).join("");
  }
  [...place.children].forEach((column, digit) => {
    column.classList.toggle("best", digit === best);
    column.style.setProperty("--share", probabilities[digit]);
    column.querySelector("b").textContent = percents[digit];
  });
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const likely = order.filter((digit) => percents[digit])
    .map((digit) => `${digit}: ${percents[digit]}`).join(", ");
  place.setAttribute("aria-label", `How likely each digit is. ${likely || "Nothing to read yet"}`);
}

find("#undo").addEventListener("click", () => board.undo());
find("#clear").addEventListener("click", () => board.clear());
document.addEventListener("keydown", (event) => {
  const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey);
  if (isUndo || event.key === "Delete") event.preventDefault();
  if (isUndo) board.undo();
  if (event.key === "Delete") board.clear();
});
if (location.protocol.startsWith("http")) {
  find("#keep").href = location.href;
  find("#keep").hidden = false; // a file is kept already
}
