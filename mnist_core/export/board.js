// The board: what is drawn is shown sharp, and kept as large as on the Draw page to be read.

const [WIDTH, HEIGHT] = [640, 400]; // pixels, of what is read
const BRUSH = 29; // pixels there
const PAPER = [0, 0, 0];

/** Strokes on a surface, a canvas; `onChange` hears of each movement of the pen. */
class Board {
  constructor(surface, onChange) {
    this.surface = surface;
    this.onChange = onChange;
    const kept = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
    this.kept = kept.getContext("2d", { willReadFrequently: true });
    this.shown = surface.getContext("2d");
    this.strokes = []; // each a list of places, [x, y] in pixels of what is kept
    this.history = []; // what the strokes were before each stroke, and each clear
    this.isBeingDrawn = false;
    new ResizeObserver(() => this.resize()).observe(surface);
    const place = ({ clientX, clientY }) => this.placeOf(clientX, clientY);
    this.pen = new pen.Pen(({ target }) => (target === surface ? surface : null), {
      begin: ({ x, y }) => this.begin(place({ clientX: x, clientY: y })),
      lineTo: (_, clientX, clientY) => this.lineTo(place({ clientX, clientY })),
      end: () => this.end(),
      takeBack: () => this.undo(),
    });
  }

  placeOf(clientX, clientY) {
    const { left, top, width, height } = this.surface.getBoundingClientRect();
    return [((clientX - left) * WIDTH) / width, ((clientY - top) * HEIGHT) / height];
  }

  begin(place) {
    this.change([...this.strokes, []]);
    this.isBeingDrawn = true;
    this.lineTo(place);
  }

  lineTo(place) {
    if (!this.isBeingDrawn) return; // it was taken back meanwhile
    const stroke = this.strokes.at(-1);
    this.drawLine(stroke.at(-1) ?? place, place);
    stroke.push(place);
    this.onChange();
  }

  end() {
    this.isBeingDrawn = false;
    this.onChange();
  }

  /** Take back the last stroke, or a clear. */
  undo() {
    this.isBeingDrawn = false;
    this.strokes = this.history.pop() ?? [];
    this.redraw();
  }

  clear() {
    this.isBeingDrawn = false;
    if (this.strokes.length) this.change([]);
    this.redraw();
  }

  change(strokes) {
    this.history.push(this.strokes);
    this.strokes = strokes;
  }

  redraw() {
    for (const context of [this.kept, this.shown]) {
      context.fillStyle = "#000";
      context.clearRect(0, 0, WIDTH, HEIGHT);
    }
    this.kept.fillRect(0, 0, WIDTH, HEIGHT);
    for (const stroke of this.strokes) {
      stroke.forEach((place, at) => this.drawLine(stroke[at - 1] ?? place, place));
    }
    this.onChange();
  }

  drawLine([fromX, fromY], [toX, toY]) {
    for (const context of [this.kept, this.shown]) {
      Object.assign(context, { strokeStyle: "#fff", lineWidth: BRUSH, lineCap: "round" });
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(toX + 0.01, toY); // a line without length would be no dot
      context.stroke();
    }
  }

  resize() {
    const { clientWidth, clientHeight } = this.surface;
    const [width, height] = [clientWidth, clientHeight].map((side) => side * devicePixelRatio);
    Object.assign(this.surface, { width, height });
    this.shown.setTransform(width / WIDTH, 0, 0, height / HEIGHT, 0, 0);
    this.redraw();
  }

  /** Find the digits: what lies around the ink is not looked at, because that takes time. */
  find() {
    const places = this.strokes.flat();
    if (!places.length) return [];
    const [left, right] = this.reach(places.map(([x]) => x), WIDTH);
    const [top, bottom] = this.reach(places.map(([, y]) => y), HEIGHT);
    if (left >= right || top >= bottom) return []; // it was drawn beside the board
    const [width, height] = [right - left, bottom - top];
    const { data } = this.kept.getImageData(left, top, width, height);
    return reader.find(data, width, height, PAPER);
  }

  reach(places, most) {
    const within = (place) => Math.min(Math.max(Math.round(place), 0), most);
    return [within(Math.min(...places) - BRUSH), within(Math.max(...places) + BRUSH)];
  }
}

const STEP = 16; // pixels that a key moves the pen
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** Draws by the keys of whoever has no pointer: two arrows at once go aslant. */
class KeyboardPen {
  constructor(board, cursor) {
    Object.assign(this, { board, cursor, place: [WIDTH / 3, HEIGHT / 5], isDown: false });
    this.held = new Set();
    const on = (kind, react) => board.surface.addEventListener(kind, react);
    on("keydown", (event) => this.press(event));
    on("keyup", ({ key }) => this.held.delete(key));
    on("blur", () => this.leave());
  }

  press(event) {
    if (event.key !== " " && !(event.key in ARROWS)) return;
    event.preventDefault();
    if (event.key === " ") {
      if (!event.repeat) this.setDown(!this.isDown);
    } else {
      this.held.add(event.key);
      this.move();
    }
    this.show();
  }

  setDown(isDown) {
    this.isDown = isDown;
    if (isDown) this.board.begin(this.place);
    else this.board.end();
  }

  move() {
    const moves = [...this.held].map((key) => ARROWS[key]);
    this.place = this.place.map((at, axis) =>
      Math.min(Math.max(moves.reduce((sum, move) => sum + STEP * move[axis], at), 0),
        [WIDTH, HEIGHT][axis]));
    if (this.isDown) this.board.lineTo(this.place);
  }

  show() {
    this.cursor.hidden = false;
    this.cursor.classList.toggle("down", this.isDown);
    this.cursor.style.left = `${(100 * this.place[0]) / WIDTH}%`;
    this.cursor.style.top = `${(100 * this.place[1]) / HEIGHT}%`;
  }

  leave() {
    if (this.isDown) this.setDown(false);
    this.held.clear();
    this.cursor.hidden = true;
  }
}
