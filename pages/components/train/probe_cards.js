const calm = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const cards = parentElement.querySelector(".cards");
    cards.style.setProperty("--count", data.cards.length || 1);
    cards.classList.toggle("stacked", data.stacked && data.cards.length < 3);
    while (cards.children.length > data.cards.length) cards.lastChild.remove();
    data.cards.forEach((card, index) => {
        let element = cards.children[index];
        if (element?.dataset.picture !== card.picture) {
            const made = make(card.picture);
            element ? element.replaceWith(made) : cards.append(made);
            element = made;
        }
        update(element, card, data.epochs);
    });
}

function make(picture) {
    const element = document.createElement("div");
    element.dataset.picture = picture;
    element.setAttribute("role", "img");
    const digits = [...Array(10).keys()];
    element.innerHTML = `
        <div class="inside"><div class="head"><img alt="" src="${picture}"><div class="answer">
        <div class="digit"></div><div class="sure"></div><div class="note"></div>
        </div></div>
        <div class="bars">${digits.map((digit) => `<div>
        <div class="column"><div class="bar"></div></div>
        <div class="name">${digit}</div></div>`).join("")}</div>
        <div class="plot"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none">
        <path class="area"/><path class="line"/></svg>
        <div class="marks"></div><div class="dot"></div></div>
        <div class="axis"><span>0</span><span class="end"></span></div></div>`;
    return element;
}

function update(element, card, epochs) {
    const find = (name) => element.querySelector("." + name);
    element.className = card.digit === null ? "card waiting" : "card";
    const known = card.label !== null && card.digit !== null;
    element.classList.toggle("wrong", known && card.digit !== card.label);
    element.setAttribute("aria-label", card.said);
    answer(find("digit"), card);
    write(find("sure"), card.sure);
    write(find("note"), card.note);
    write(find("end"), epochs);
    [...find("bars").children].forEach((bar, digit) => {
        bar.classList.toggle("leads", digit === card.digit);
        bar.classList.toggle("label", digit === card.label);
        bar.querySelector(".bar").style.transform =
            `translateY(${100 - card.shares[digit] / 10}%)`;
    });
    draw(find, card);
}

function answer(element, card) {
    // The surer the larger: from the back of a hall that is seen before a number is.
    const top = card.digit === null ? 0 : card.shares[card.digit] / 1000;
    element.style.transform = `scale(${0.75 + 0.25 * top})`;
    const changed = write(element, card.digit ?? "?");
    if (changed && !calm.matches) element.animate({ opacity: [0.2, 1] }, 250);
}

function draw(find, card) {
    const points = card.line.split(" ");
    const [first, last] = [points[0], points.at(-1)].map((point) => point.split(","));
    const path = card.line && "M" + card.line;
    find("line").setAttribute("d", path);
    find("area").setAttribute("d", path && `${path}V1000H${first[0]}Z`);
    find("dot").hidden = !path;
    find("dot").style.left = `${last[0] / 10}%`;
    find("dot").style.top = `${last[1] / 10}%`;
    mark(find("marks"), card.marks);
}

function mark(element, marks) {
    const html = marks.map(([x, digit]) => {
        const late = x > 900 ? "late" : "";
        return `<span class="mark ${late}" style="left:${x / 10}%">${digit}</span>`;
    }).join("");
    if (element.dataset.html !== html) element.innerHTML = element.dataset.html = html;
}

function write(element, text) {
    const changed = element.textContent !== String(text);
    if (changed) element.textContent = text;
    return changed;
}
