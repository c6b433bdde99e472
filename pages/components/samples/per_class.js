const HEADINGS = ["Digit", "Average", "Misread, of 1,000", "To train on", "To test"];

export default function ({ data, parentElement }) {
    const head = HEADINGS.map((name) => `<th scope="col">${name}</th>`).join("");
    parentElement.querySelector(".container").innerHTML = `<table><thead><tr>${head}</tr>
        </thead><tbody>${data.rows.map(toRow).join("")}</tbody></table>`;
}

function toRow({ url, misread, training, test }, digit) {
    const rate = misread ? `
        <div class="bar" style="--share:${misread.share}"></div>
        <b>${misread.rate}</b> <span class="wrong">(${misread.count})</span>` : "...";
    return `<tr><th scope="row">${digit}</th>
        <td><img alt="The average ${digit}" src="${url}"></td>
        <td class="misread">${rate}</td>
        <td class="count">${training}</td><td class="count">${test}</td></tr>`;
}
