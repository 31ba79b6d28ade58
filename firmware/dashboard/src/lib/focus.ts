const keepers = new Set<() => void>();

/** After a dialog: to where the keyboard was `before`, or to what has come in the place of that. */
export function returnFocus(before: Element | null): void {
    if (document.activeElement !== document.body) return;
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    for (const bring of keepers) bring();
    if (document.activeElement === document.body) document.querySelector("main")?.focus({ preventScroll: true });
}

/**
 * For a part of the page whose controls come and go (`{@attach keepsFocus}`): the keyboard's place is not lost with
 * the control that had it. One that was disabled meanwhile has it back; when it is gone, what is marked
 * `data-focus` gets it, else the first control that is left, else the heading.
 */
export function keepsFocus(part: HTMLElement): () => void {
    let last: HTMLElement | null = null;
    const come = (event: FocusEvent): void => void (last = event.target as HTMLElement);
    const go = (event: FocusEvent): void => {
        if (event.relatedTarget !== null) last = null;
    };
    const bring = (): void => {
        if (last === null || document.activeElement !== document.body) return;
        if (part.contains(last)) {
            if (!last.matches(":disabled")) last.focus({ preventScroll: true });
            return;
        }
        const marked = part.querySelectorAll<HTMLElement>("[data-focus]");
        const controls = part.querySelectorAll<HTMLElement>("button:enabled, a[href], input:enabled");
        const next = marked[marked.length - 1] ?? controls[0] ?? part.querySelector<HTMLElement>("h2");
        if (next?.tabIndex === -1) next.setAttribute("tabindex", "-1");
        next?.focus({ preventScroll: true });
    };
    const look = new MutationObserver(bring);
    keepers.add(bring);
    part.addEventListener("focusin", come);
    part.addEventListener("focusout", go);
    look.observe(part, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    return () => {
        look.disconnect();
        keepers.delete(bring);
        part.removeEventListener("focusin", come);
        part.removeEventListener("focusout", go);
    };
}
