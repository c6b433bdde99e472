// Tell what draws from what rests beside it, for a mouse, a pen or fingers on a surface.
//
// The first finger is often the palm: a finger draws once it moves, and is a dot where it
// is lifted before that. What a pen finds being drawn is the palm's, and is taken back. A
// stroke that the system cuts short is kept.
//
//     const pen = new Pen(surfaceOf, { begin, lineTo, end, takeBack });
//
// `surfaceOf` returns what an event is to draw on, or nothing. A stroke is where its
// pointer is, `{id, x, y, surface}` in pixels of the window, and is handed to all four:
// `begin(stroke)`, `lineTo(stroke, x, y)`, `end(stroke)`, `takeBack(stroke)`.

const STILL = 4; // pixels that a finger may move before it is known to draw

/** What draws on the surfaces of this document. */
export class Pen {
  constructor(surfaceOf, canvas) {
    this.surfaceOf = surfaceOf;
    this.canvas = canvas;
    this.stroke = null; // of what draws now
    this.resting = null; // a finger or a palm that has not moved yet
    const on = (kind, react) => document.addEventListener(kind, react, { capture: true });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
  }

  /** Whether something draws, or may be about to. */
  get isOnSurface() {
    return Boolean(this.stroke || this.resting);
  }

  down(event) {
    const surface = this.surfaceOf(event);
    if (!surface || event.button !== 0) return;
    const start = { id: event.pointerId, x: event.clientX, y: event.clientY, surface };
    if (event.pointerType !== "touch") {
      if (this.stroke) this.takeBack(); // by the palm that rests beside the pen
      this.begin(start);
    } else if (!this.stroke) {
      this.resting = start; // whatever rested there before was the palm
    }
  }

  move(event) {
    if (this.resting?.id === event.pointerId) {
      const { clientX, clientY } = event;
      const { x, y } = this.resting;
      if (Math.hypot(clientX - x, clientY - y) < STILL) return;
      this.begin(this.resting);
    }
    const stroke = this.stroke;
    if (stroke?.id !== event.pointerId) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of all.length ? all : [event]) {
      this.canvas.lineTo(stroke, clientX, clientY);
      Object.assign(stroke, { x: clientX, y: clientY });
    }
  }

  up(event) {
    if (this.resting?.id === event.pointerId) {
      if (event.type === "pointercancel") this.resting = null;
      else this.begin(this.resting); // a dot
    }
    const stroke = this.stroke;
    if (stroke?.id !== event.pointerId) return;
    this.stroke = null;
    this.canvas.end(stroke);
  }

  begin(start) {
    this.resting = null;
    this.stroke = start;
    start.surface.setPointerCapture(start.id); // it may leave the surface and come back
    this.canvas.begin(start);
  }

  takeBack() {
    const stroke = this.stroke;
    this.stroke = null;
    this.canvas.takeBack(stroke);
  }
}
