export default function ({ data, parentElement }) {
    const bars = parentElement.querySelector(".bars");
    bars.setAttribute("aria-label", data.said);
    if (!bars.children.length) {
        bars.innerHTML = data.shares.map((_, digit) => `<div>
            <div class="column"><div class="bar"></div><div class="label"></div></div>
            <div class="name">${digit}</div></div>`).join("");
        bars.getBoundingClientRect(); // so that the first values glide in, too
    }
    [...bars.children].forEach((element, digit) => {
        const share = data.shares[digit];
        element.classList.toggle("best", digit === data.best);
        element.querySelector(".bar").style.transform =
            `translateY(${100 - 100 * share}%)`;
        const label = element.querySelector(".label");
        // The label sits on its bar: the bar is as high as its column, less the label.
        label.style.transform =
            `translateY(calc(${-share} * (var(--high) - 1.4rem)))`;
        label.textContent = data.labels[digit];
    });
}
