const WORDS = { right: "right", wrong: "wrong", none: "no digit" };

export default function ({ data, parentElement }) {
    const pair = parentElement.querySelector(".pair");
    pair.className = `pair ${data.kind}`;
    pair.innerHTML = `
        <div><div class="name">It is</div><div class="digit">${data.label}</div></div>
        <div class="predicted"><div class="name">Read as</div>
        <div class="digit">${data.predicted}</div></div>
        <div class="result"><b>${WORDS[data.kind]}</b><span>${data.sure}</span></div>`;
    write(parentElement.querySelector(".description"), data.description);
}
