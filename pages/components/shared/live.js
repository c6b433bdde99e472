// Calls `show` with what this browser reads while the pen moves; see live_reading.js.
// Meanwhile the element says `isBeingDrawn`: what the server says is of an older stroke.
function onLiveReading(element, show) {
    const onRead = ({ detail }) => {
        if (!element.isConnected) {
            document.removeEventListener("live-reading", onRead);
            return;
        }
        element.isBeingDrawn = detail.isBeingDrawn;
        show(detail);
    };
    document.addEventListener("live-reading", onRead);
}

