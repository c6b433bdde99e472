const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const hint = parentElement.querySelector(".canvas-hint");
    hint.style.color = data.ink;
    hint.querySelector(".idea").style.background = data.paper;
    if (hint.dataset.shown) return;
    hint.dataset.shown = "yes";
    const paper = parentElement.closest(".st-key-paper");
    let index = 0, timer;
    const showNext = () => showIdea(hint, data.ideas[index++ % data.ideas.length]);
    const startTimer = () => {
        clearInterval(timer); // a stroke from outside the paper ends with one running
        timer = setInterval(showNext, data.seconds * 1000);
    };
    const hide = () => {
        clearInterval(timer);
        hint.classList.add("away");
    };
    paper.addEventListener("pointerdown", hide);
    paper.addEventListener("pointerup", startTimer);
    showNext();
    startTimer();
    return () => {
        clearInterval(timer);
        paper.removeEventListener("pointerdown", hide);
        paper.removeEventListener("pointerup", startTimer);
    };
}

function showIdea(hint, [text, strokes]) {
    hint.classList.remove("away");
    hint.querySelector(".idea").textContent = text;
    const path = hint.querySelector("path");
    path.setAttribute("d", strokes);
    if (reducedMotion.matches) return;
    const draw = [{ strokeDashoffset: 100 }, { strokeDashoffset: 0 }];
    path.animate(draw, { duration: 1600, easing: "ease-in-out" });
}
