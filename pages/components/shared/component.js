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
