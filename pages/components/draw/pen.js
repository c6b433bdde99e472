// Hands the canvas each stroke as one mouse would draw it, whatever draws it. The canvas
// itself takes the first finger for the pen, although that is often the palm; forgets a
// stroke that the system cuts short; and rounds the corners of what a slow mouse draws.
// What draws, mnist_core/browser/pen.mjs tells.

const STEP = 12; // pixels, at the most, between two places of a stroke
const SEND = "Update the app with this drawing"; // one of the canvas's own tools

let guide = null; // the pen that is guided

/** Call `onPen` with whether a stroke is being drawn, whenever the canvas has got more. */
function guidePen(onPen) {
    if (guide) return;
    const begin = (stroke) => {
        send("mousedown", 1, stroke);
        onPen(true);
    };
    const draw = (stroke, x, y) => {
        lineTo(stroke, x, y);
        onPen(true);
    };
    const end = (stroke) => {
        send("mouseup", 0, stroke);
        onPen(false);
        // The canvas would wait for 200 ms, and a page that is left by then loses it.
        setTimeout(() => pressTool(stroke.surface, SEND));
    };
    guide = new pen.Pen(surfaceOf, { begin, lineTo: draw, end, takeBack });
    for (const kind of ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove"]) {
        document.addEventListener(kind, holdBack, { capture: true, passive: false });
    }
}

/** Keep from the canvas what comes from the mouse or the fingers themselves. */
function holdBack(event) {
    const begins = event.type === "mousedown" || event.type === "touchstart";
    if (!event.isTrusted || !(begins ? surfaceOf(event) : guide.isOnSurface)) return;
    event.stopImmediatePropagation();
    if (event.type.startsWith("touch") && event.cancelable) event.preventDefault();
}

const surfaceOf = (event) =>
    event.composedPath().find((each) => each.classList?.contains("upper-canvas"));

/** Draw a straight line, in steps so short that its ends are not rounded. */
function lineTo({ x: fromX, y: fromY, surface }, toX, toY) {
    const [across, down] = [toX - fromX, toY - fromY];
    const steps = Math.max(Math.ceil(Math.hypot(across, down) / STEP), 1);
    for (let step = 1; step <= steps; step++) {
        const [x, y] = [fromX + (across * step) / steps, fromY + (down * step) / steps];
        send("mousemove", 1, { x, y, surface });
    }
}

function send(kind, buttons, { x, y, surface }) {
    surface.dispatchEvent(new MouseEvent(kind, {
        bubbles: true, composed: true, cancelable: true, view: window, button: 0, buttons,
        clientX: x, clientY: y,
    }));
}

/** End the stroke, and take it back with the canvas's own tool. */
function takeBack(stroke) {
    send("mouseup", 0, stroke);
    queueMicrotask(() => pressTool(stroke.surface, "Undo")); // it notes a stroke by then
}

/** Press one of the tools that the canvas has, and which are hidden. */
function pressTool(surface, name) {
    const tools = surface.getRootNode().querySelectorAll(".dc-icon-button");
    [...tools].find((tool) => tool.title === name)?.click();
}
