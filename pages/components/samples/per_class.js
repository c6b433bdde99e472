const HEADS = ["Digit", "Average", "Misread, of 1,000", "To train on", "To test"];

export default function ({ data, parentElement }) {
    const head = HEADS.map((name) => `<th scope="col">${name}</th>`).join("");
    parentElement.querySelector(".room").innerHTML = `<table><thead><tr>${head}</tr>
        </thead><tbody>${data.rows.map(row).join("")}</tbody></table>`;
}

function row({ picture, rate, share, wrong, training, test }, digit) {
    const misread = rate === undefined ? "..." : `
        <div class="bar" style="--share:${share}"></div>
        <b>${rate}</b> <span class="wrong">(${wrong})</span>`;
    return `<tr><th scope="row">${digit}</th>
        <td><img alt="The average ${digit}" src="${picture}"></td>
        <td class="misread">${misread}</td>
        <td class="count">${training}</td><td class="count">${test}</td></tr>`;
}
