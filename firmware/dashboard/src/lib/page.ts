import { addressOf } from "./api";

/**
 * Whether the board serves another page than this one: the name of a built script changes with its content.
 * A board that does not answer serves none that could be loaded.
 */
export async function isPageOutdated(): Promise<boolean> {
    const own = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.getAttribute("src");
    if (!own) return false;
    try {
        const response = await fetch(addressOf("/"), { cache: "no-store" });
        return response.ok && !(await response.text()).includes(own);
    } catch {
        return false;
    }
}
