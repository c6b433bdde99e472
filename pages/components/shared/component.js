// Sets a text only where it is another, and tells whether it was: what stays the same is
// neither laid out nor read aloud again.
function write(element, text) {
    const isNew = element.textContent !== String(text);
    if (isNew) element.textContent = text;
    return isNew;
}

// Returns what calls `show` but for data that is older than what it has shown already.
function showsNewest(show) {
    return (given) => {
        const { data, parentElement } = given;
        const [session, number] = data.sent;
        const last = parentElement.lastSent;
        if (last?.session === session && last.number > number) return undefined;
        parentElement.lastSent = { session, number };
        return show(given);
    };
}
