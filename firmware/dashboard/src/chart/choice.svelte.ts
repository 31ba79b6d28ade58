import type { Reading } from "../lib/types";

const key = "boardwalk.series";

/** Which readings this browser draws. */
class SeriesChoice {
    ids = $state<string[] | null>(stored());

    toggle(id: string, readings: readonly Reading[]): void {
        const now = chosenIds(readings);
        this.ids = now.includes(id) ? now.filter((other) => other !== id) : [...now, id];
        try {
            localStorage.setItem(key, JSON.stringify(this.ids));
        } catch {
            // Private windows may refuse; the choice then lasts as long as the page.
        }
    }
}

export const choice = new SeriesChoice();

/** The browser's choice as far as this board has it, else the first reading of its first two groups. */
export function chosenIds(readings: readonly Reading[]): string[] {
    if (choice.ids) {
        const known = choice.ids.filter((id) => readings.some((reading) => reading.id === id));
        if (known.length > 0 || choice.ids.length === 0) return known;
    }
    const groups = [...new Set(readings.map((reading) => reading.group))].slice(0, 2);
    return groups.flatMap((group) => readings.find((reading) => reading.group === group)?.id ?? []);
}

function stored(): string[] | null {
    try {
        const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
        return Array.isArray(value) ? value.filter((id) => typeof id === "string") : null;
    } catch {
        return null;
    }
}
