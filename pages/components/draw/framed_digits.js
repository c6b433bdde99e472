const SIDE = 28;

export default function ({ data, parentElement }) {
    const place = parentElement.querySelector(".framed-digits");
    if (!place.known) {
        onLiveReading(place, (detail) => showLive(place, detail), () => showKnown(place));
    }
    place.known = data;
    onAnswer(place, () => showKnown(place));
}

function showKnown(place) {
    const shown = place.known.digits.map(({ pixels, description }) => ({
        levels: Uint8Array.from(atob(pixels), (byte) => byte.charCodeAt(0)), description,
    }));
    show(place, shown);
}

function showLive(place, { parts }) {
    show(place, parts.map(({ image, digit }) => ({
        levels: image.map((ink) => 255 * ink),
        description: `28 by 28 pixels, read as ${digit === 8 ? "an" : "a"} ${digit}`,
    })));
}

function show(place, digits) {
    while (place.children.length > digits.length) place.lastChild.remove();
    while (place.children.length < digits.length) place.append(createDigit());
    digits.forEach((digit, index) => update(place.children[index], digit));
}

function createDigit() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: SIDE, height: SIDE });
    canvas.setAttribute("role", "img");
    return canvas;
}

function update(canvas, { levels, description }) {
    canvas.setAttribute("aria-label", description);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(SIDE, SIDE);
    levels.forEach((level, at) => {
        picture.data.fill(level, 4 * at, 4 * at + 3);
        picture.data[4 * at + 3] = 255;
    });
    context.putImageData(picture, 0, 0);
}
