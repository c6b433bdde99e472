export default function ({ data, parentElement }) {
    const pair = parentElement.querySelector(".pair");
    pair.className = `pair ${data.kind}`;
    const word = { right: "right", wrong: "wrong", none: "no digit" }[data.kind];
    pair.innerHTML = `
        <div><div class="name">It is</div><div class="digit">${data.label}</div></div>
        <div class="read"><div class="name">Read as</div>
        <div class="digit">${data.read}</div></div>
        <div class="verdict"><b>${word}</b><span>${data.sure}</span></div>`;
    const said = parentElement.querySelector(".said");
    if (said.textContent !== data.said) said.textContent = data.said;
}
