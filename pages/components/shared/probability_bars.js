export default function ({ data, parentElement }) {
    const bars = parentElement.querySelector(".probability-bars");
    if (!bars.children.length) {
        bars.innerHTML = data.probabilities.map((_, digit) => `<div>
            <div class="column"><div class="bar"></div><div class="percent"></div></div>
            <div class="digit">${digit}</div></div>`).join("");
        bars.getBoundingClientRect(); // so that the first values glide in, too
        if (data.live) {
            onLiveReading(bars, (detail) => showLive(bars, detail), () => showKnown(bars));
        }
    }
    bars.known = data;
    bars.setAttribute("aria-label", data.description);
    onAnswer(bars, () => showKnown(bars));
}

function showLive(bars, { first }) {
    bars.classList.add("is-live");
    show(bars, first.bars);
}

function showKnown(bars) {
    bars.classList.remove("is-live");
    show(bars, bars.known);
}

function show(bars, data) {
    [...bars.children].forEach((element, digit) => {
        const probability = data.probabilities[digit];
        element.classList.toggle("best", digit === data.best);
        element.querySelector(".bar").style.transform =
            `translateY(${100 - 100 * probability}%)`;
        const percent = element.querySelector(".percent");
        // The number sits on its bar, which is as high as its column, less the number.
        percent.style.transform =
            `translateY(calc(${-probability} * (var(--column-height) - 1.4rem)))`;
        write(percent, data.percents[digit]);
    });
}
