/** `role`: who has it at least; what this page may not show it does not offer. */
export const pages = [
    { path: "/", name: "Overview", role: "viewer" },
    { path: "/diagnostics", name: "Diagnostics", role: "viewer" },
    { path: "/log", name: "Log", role: "operator" },
    { path: "/settings", name: "Settings", role: "viewer" },
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
