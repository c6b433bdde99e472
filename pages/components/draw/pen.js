// Hands the canvas each stroke as one mouse would draw it, whatever draws it. The canvas
// itself takes the first finger for the pen, although that is often the palm; forgets a
// stroke that the system cuts short; and rounds the corners of what a slow mouse draws.

const STILL = 4; // pixels that a finger may move before it is known to draw
const STEP = 12; // pixels, at the most, between two places of a stroke

let stroke = null; // {id, x, y, surface} of what draws now
let resting = null; // a finger or a palm that has not moved yet
let isGuiding = false;

function guidePen(onLift) {
    if (isGuiding) return;
    isGuiding = true;
    const options = { capture: true };
    document.addEventListener("pointerdown", onDown, options);
    document.addEventListener("pointermove", onMove, options);
    document.addEventListener("pointerup", (event) => onUp(event, onLift), options);
    document.addEventListener("pointercancel", (event) => onUp(event, onLift), options);
    for (const kind of ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove"]) {
        document.addEventListener(kind, holdBack, { capture: true, passive: false });
    }
}

/** Keep from the canvas what comes from the mouse or the fingers themselves. */
function holdBack(event) {
    const begins = event.type === "mousedown" || event.type === "touchstart";
    if (!event.isTrusted || !(begins ? surfaceOf(event) : stroke || resting)) return;
    event.stopImmediatePropagation();
    if (event.type.startsWith("touch") && event.cancelable) event.preventDefault();
}

const surfaceOf = (event) =>
    event.composedPath().find((each) => each.classList?.contains("upper-canvas"));

function onDown(event) {
    const surface = surfaceOf(event);
    if (!surface || event.button !== 0) return;
    const start = { id: event.pointerId, x: event.clientX, y: event.clientY, surface };
    if (event.pointerType !== "touch") {
        if (stroke) takeBack(); // by the palm that rests beside the pen
        resting = null;
        begin(start);
    } else if (!stroke) {
        resting = start; // whatever rested there before was the palm
    }
}

function onMove(event) {
    if (resting?.id === event.pointerId) {
        const { clientX, clientY } = event;
        if (Math.hypot(clientX - resting.x, clientY - resting.y) < STILL) return;
        begin(resting);
    }
    if (stroke?.id !== event.pointerId) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of all.length ? all : [event]) lineTo(clientX, clientY);
}

function onUp(event, onLift) {
    if (resting?.id === event.pointerId) {
        if (event.type === "pointercancel") resting = null;
        else begin(resting); // a dot
    }
    if (stroke?.id !== event.pointerId) return;
    send("mouseup", 0);
    const { surface } = stroke;
    stroke = null;
    onLift(surface);
}

function begin(start) {
    resting = null;
    stroke = start;
    start.surface.setPointerCapture(start.id); // it may leave the canvas and come back
    send("mousedown", 1);
}

/** Draw a straight line, in steps so short that its ends are not rounded. */
function lineTo(x, y) {
    const [from, across, down] = [{ ...stroke }, x - stroke.x, y - stroke.y];
    const steps = Math.max(Math.ceil(Math.hypot(across, down) / STEP), 1);
    for (let step = 1; step <= steps; step++) {
        stroke.x = from.x + (across * step) / steps;
        stroke.y = from.y + (down * step) / steps;
        send("mousemove", 1);
    }
}

function send(kind, buttons) {
    stroke.surface.dispatchEvent(new MouseEvent(kind, {
        bubbles: true, composed: true, cancelable: true, view: window, button: 0, buttons,
        clientX: stroke.x, clientY: stroke.y,
    }));
}

/** End the stroke, and take it back with the canvas's own tool. */
function takeBack() {
    send("mouseup", 0);
    const { surface } = stroke;
    queueMicrotask(() => pressTool(surface, "Undo")); // it notes a stroke by then
    stroke = null;
}

/** Press one of the tools that the canvas has, and which are hidden. */
function pressTool(surface, name) {
    const tools = surface.getRootNode().querySelectorAll(".dc-icon-button");
    [...tools].find((tool) => tool.title === name)?.click();
}

