// Reads the canvas at every movement of the pen, and tells what shows it: the ring, the
// bars, the framed digits and the picture of the network listen to "live-reading".

const STATE = "mnist-studio-visitor-state"; // where visitor.py keeps the state's id
const SURFACE = "canvas.upper-canvas";
const LOOKS_FOR_TOOLS = 40; // twenty a second

const [scratch, coarse] = [0, 1].map(() =>
    document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
const COARSE = 8; // pixels of the canvas, each way, in one of the small copy
let known; // what the page says of model and canvas
let isBeingDrawn = false;
let nextFrame;
let nextLook;

export default function ({ data, parentElement }) {
    guidePen(follow);
    known = data;
    readerOf(data.address);
    readerOf(data.second);
    hideTools(LOOKS_FOR_TOOLS);
    // With every undo and clear comes a new canvas.
    const paper = parentElement.closest(".st-key-paper");
    observer.disconnect();
    observer.observe(paper, { childList: true, subtree: true });
    return () => observer.disconnect();
}

// Whoever comes back gets another canvas when the server knows who it is, with what was
// drawn before. A stroke on the one that is there until then would be lost.
function isOwn(state) {
    try {
        return (sessionStorage.getItem(STATE) ?? state) === state;
    } catch {
        return true; // the browser may keep nothing
    }
}

const observer = new MutationObserver(() => hideTools(LOOKS_FOR_TOOLS));

// The canvas has tools of its own, a second undo and bin among them, and none can be left
// out. The page's do the same, and those are below the canvas, where a finger finds them.
function hideTools(looks) {
    clearTimeout(nextLook);
    const paper = document.querySelector(".st-key-paper");
    if (!paper) return;
    const roots = shadowRoots(paper);
    const canvases = roots.filter((root) => root.querySelector(SURFACE));
    const stays = canvases.length < 2 && isOwn(known.state);
    paper.style.visibility = stays ? "" : "hidden";
    for (const root of roots) {
        if (root.querySelector("style.no-tools")) continue;
        const style = document.createElement("style");
        style.className = "no-tools";
        style.textContent = ".dc-toolbar { display: none !important; }";
        root.append(style);
        document.dispatchEvent(new Event("live-reading-over")); // it is a new canvas
    }
    // The canvas comes later than its place does.
    if (looks) nextLook = setTimeout(() => hideTools(looks - 1), 50);
}

function follow(isDrawn) {
    isBeingDrawn = isDrawn;
    document.dispatchEvent(new CustomEvent("pen", { detail: isDrawn }));
    // Asked for anew, it comes after what the canvas itself paints in that frame.
    cancelAnimationFrame(nextFrame);
    nextFrame = requestAnimationFrame(look);
}

function look() {
    const reads = readerOf(known.address);
    const area = reads && copyCanvas() && inkedArea();
    if (!area) return;
    const { left, top, width, height } = area;
    const pixels = scratch.getImageData(left, top, width, height).data;
    const found = reader.find(pixels, width, height, known.paper);
    if (!found.length) return;
    const { parts } = reads.answerAll(found);
    const first = answer.describe(parts, { isBeingDrawn });
    const other = readerOf(known.second)?.answerAll(found);
    const second = other && answer.describe(other.parts, { isBeingDrawn });
    const detail = { parts, picked: first.picked, first, second };
    document.dispatchEvent(new CustomEvent("live-reading", { detail }));
}

/** Copy what is on the canvas, the stroke in progress included, one pixel for one. */
function copyCanvas() {
    const root = shadowRoots(document.querySelector(".st-key-paper")).find(
        (each) => each.querySelector(SURFACE),
    );
    const drawn = root?.querySelector("canvas.dc-canvas.lower-canvas");
    const inProgress = root?.querySelector(SURFACE);
    if (!drawn || !inProgress) return false;
    const { width, height, paper } = known;
    if (scratch.canvas.width !== width || scratch.canvas.height !== height) {
        Object.assign(scratch.canvas, { width, height });
    }
    scratch.fillStyle = `rgb(${paper})`;
    scratch.fillRect(0, 0, width, height);
    scratch.drawImage(drawn, 0, 0, width, height);
    scratch.drawImage(inProgress, 0, 0, width, height);
    return true;
}

/** Return where there is ink, with a margin, or null: what is empty takes time to read.
 *
 * It is looked for in a small copy; no brush is so thin that it would be missed there.
 */
function inkedArea() {
    const [across, down] = [known.width / COARSE, known.height / COARSE];
    coarse.drawImage(scratch.canvas, 0, 0, across, down);
    const { data } = coarse.getImageData(0, 0, across, down);
    let [left, top, right, bottom] = [across, down, -1, -1];
    for (let y = 0, at = 0; y < down; y++) {
        for (let x = 0; x < across; x++, at += 4) {
            if (known.paper.every((level, part) => data[at + part] === level)) continue;
            [left, right] = [Math.min(left, x), Math.max(right, x)];
            [top, bottom] = [Math.min(top, y), y];
        }
    }
    if (right < 0) return null;
    [left, top] = [Math.max(left - 2, 0) * COARSE, Math.max(top - 2, 0) * COARSE];
    [right, bottom] = [Math.min(right + 3, across), Math.min(bottom + 3, down)];
    return { left, top, width: right * COARSE - left, height: bottom * COARSE - top };
}

function shadowRoots(place) {
    const hosts = [...(place?.querySelectorAll("*") ?? [])];
    return hosts.map((host) => host.shadowRoot).filter(Boolean);
}
