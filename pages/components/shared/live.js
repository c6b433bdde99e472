// Calls `show` with what this browser reads while the pen moves, see live_reading.js, and
// `showKnown` when that is of a canvas that is gone: then what the server said counts.
// Meanwhile the element says `isBeingDrawn`: what the server says is of an older stroke.
function onLiveReading(element, show, showKnown) {
    const listen = (kind, react) => {
        const heard = ({ detail }) => {
            if (element.isConnected) react(detail);
            else document.removeEventListener(kind, heard);
        };
        document.addEventListener(kind, heard);
    };
    listen("live-reading", (detail) => {
        element.isBeingDrawn = detail.isBeingDrawn;
        show(detail);
    });
    listen("live-reading-over", () => {
        element.isBeingDrawn = false;
        showKnown();
    });
}

