// Calls `show` with what this browser reads while the pen moves, see live_reading.js, and
// `showKnown` when that is of a canvas that is gone: then what the server said counts.
function onLiveReading(element, show, showKnown) {
    const listen = (kind, react) => {
        const heard = ({ detail }) => {
            if (element.isConnected) react(detail);
            else document.removeEventListener(kind, heard);
        };
        document.addEventListener(kind, heard);
    };
    listen("pen", (isBeingDrawn) => {
        element.isBeingDrawn = isBeingDrawn;
        element.isAnswered &&= !isBeingDrawn;
    });
    // A busy browser comes to its last look at a stroke when the server has answered it.
    listen("live-reading", (detail) => element.isAnswered || show(detail));
    listen("live-reading-over", () => {
        element.isBeingDrawn = false;
        showKnown();
    });
}

// Calls `showKnown` for what the server says, but while the pen moves: then that is of an
// older stroke.
function onAnswer(element, showKnown) {
    if (element.isBeingDrawn) return;
    element.isAnswered = true;
    showKnown();
}
