export const pages = [
    { path: "/", name: "Overview" },
    { path: "/diagnostics", name: "Diagnostics" },
    { path: "/log", name: "Log" },
    { path: "/settings", name: "Settings" },
] as const;

export type Path = (typeof pages)[number]["path"];

function fromHash(): Path {
    const path = location.hash.replace(/^#/, "").replace(/(.)\/$/, "$1") || "/";
    return pages.find((page) => page.path === path)?.path ?? "/";
}

class Router {
    path = $state<Path>(fromHash());
    readonly name = $derived(pages.find((page) => page.path === this.path)?.name ?? "");

    constructor() {
        window.addEventListener("hashchange", () => (this.path = fromHash()));
    }
}

export const router = new Router();
