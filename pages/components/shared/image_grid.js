export default function ({ data, parentElement, setTriggerValue }) {
    const grid = parentElement.querySelector(".image-grid");
    grid.setAttribute("aria-label", data.label);
    if (grid.dataset.id !== data.id) build(grid, data);
    grid.onclick = ({ target }) => {
        const tile = target.closest("button");
        if (!tile) return;
        mark(grid, tile); // at once: the server's answer takes a moment
        const index = [...grid.children].indexOf(tile);
        setTriggerValue("chosen", { id: data.id, index });
    };
    grid.onkeydown = (event) => {
        const next = neighbour(grid, event);
        if (!next) return;
        event.preventDefault();
        setTabStop(grid, next);
        next.focus();
    };
}

function build(grid, data) {
    grid.dataset.id = data.id;
    grid.replaceChildren(...data.tiles.map(makeTile));
    const chosen = grid.children[data.chosen ?? -1];
    if (chosen) mark(grid, chosen);
    else if (grid.children.length) setTabStop(grid, grid.children[0]);
}

function makeTile({ url, name, caption }) {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.setAttribute("aria-label", name);
    tile.setAttribute("aria-pressed", "false");
    tile.innerHTML = `<img alt="" width="84" height="84" src="${url}">
        <span aria-hidden="true"></span>`;
    tile.querySelector("span").textContent = caption;
    return tile;
}

function mark(grid, tile) {
    for (const each of grid.children) {
        each.setAttribute("aria-pressed", String(each === tile));
    }
    setTabStop(grid, tile);
}

/** The tile that Tab comes to; the arrow keys lead to the others. */
function setTabStop(grid, tile) {
    for (const each of grid.children) each.tabIndex = each === tile ? 0 : -1;
}

function neighbour(grid, { key, target }) {
    const tiles = [...grid.children];
    const here = tiles.indexOf(target);
    const top = tiles[0]?.offsetTop;
    const across = tiles.filter((tile) => tile.offsetTop === top).length;
    const there = {
        ArrowLeft: here - 1,
        ArrowRight: here + 1,
        ArrowUp: here - across,
        ArrowDown: here + across,
        Home: 0,
        End: tiles.length - 1,
    }[key];
    return here < 0 ? undefined : tiles[there];
}
