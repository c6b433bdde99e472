// The network at work: see living_network.py, and mnist_core/browser/picture.mjs.
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const place = parentElement.querySelector(".living-network");
    place.view ??= new View(place);
    place.view.update(data);
    return () => place.view.rest();
}

/** The picture of the network that the page has chosen. */
class View extends picture.Picture {
    constructor(place) {
        super(place, () => readerOf(this.address));
        this.onReady = () => this.draw();
        this.isFollowing = false;
    }

    update(data) {
        if (data.address !== this.address) this.shown = []; // another network has others
        this.address = data.address;
        if (!this.isFollowing) {
            this.follow();
            document.addEventListener("reader-ready", this.onReady);
            this.isFollowing = true;
        }
        if (data.live && !this.isLive) this.listenToPen();
        this.known = data.pixels && imageOf(data.pixels);
        onAnswer(this.place, () => this.showKnown());
    }

    rest() {
        super.rest();
        document.removeEventListener("reader-ready", this.onReady);
        this.isFollowing = false;
    }

    listenToPen() {
        this.isLive = true;
        const showLive = ({ parts, picked }) => {
            this.isMoving = this.place.isBeingDrawn;
            if (!this.isMoving || !reducedMotion.matches) this.showSoon(parts[picked].image);
        };
        onLiveReading(this.place, showLive, () => this.showKnown());
    }

    showKnown() {
        this.isMoving = false;
        this.show(this.known);
    }
}

function imageOf(base64) {
    return Float32Array.from(atob(base64), (byte) => byte.charCodeAt(0) / 255);
}
