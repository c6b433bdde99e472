const calm = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const hint = parentElement.querySelector(".hint");
    const [width, height] = data.size;
    Object.assign(hint.style, {
        width: `${width}px`, height: `${height}px`, color: data.ink,
    });
    hint.querySelector(".idea").style.background = data.paper;
    if (hint.dataset.shown) return;
    hint.dataset.shown = "yes";
    const paper = parentElement.closest(".st-key-paper");
    let at = 0, timer;
    const next = () => show(hint, data.ideas[at++ % data.ideas.length]);
    const wait = () => {
        clearInterval(timer); // it may have begun outside the paper, and run already
        timer = setInterval(next, data.seconds * 1000);
    };
    const hide = () => {
        clearInterval(timer);
        hint.classList.add("away");
    };
    paper.addEventListener("pointerdown", hide);
    paper.addEventListener("pointerup", wait);
    next();
    wait();
    return () => {
        clearInterval(timer);
        paper.removeEventListener("pointerdown", hide);
        paper.removeEventListener("pointerup", wait);
    };
}

function show(hint, [text, strokes]) {
    hint.classList.remove("away");
    hint.querySelector(".idea").textContent = text;
    const path = hint.querySelector("path");
    path.setAttribute("d", strokes);
    if (calm.matches) return;
    const draw = [{ strokeDashoffset: 100 }, { strokeDashoffset: 0 }];
    path.animate(draw, { duration: 1600, easing: "ease-in-out" });
}
