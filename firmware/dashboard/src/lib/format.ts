/** U+2013, for a value that is not there. */
export const none = "–";

/** Narrow, and no line may break there. */
const thin = "\u202f";

export function figure(value: number | null | undefined, decimals: number): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return none;
    const [whole = "", fraction] = value.toFixed(Math.max(0, Math.min(6, decimals))).split(".");
    const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thin) : whole;
    const text = fraction ? `${grouped}.${fraction}` : grouped;
    return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

export function bytes(value: number | null | undefined): { figure: string; unit: string } {
    if (value === null || value === undefined) return { figure: none, unit: "" };
    const units = ["B", "KB", "MB", "GB", "TB"];
    let rest = value;
    let index = 0;
    while (rest >= 1024 && index < units.length - 1) {
        rest /= 1024;
        index += 1;
    }
    return { figure: figure(rest, rest < 10 && index > 0 ? 1 : 0), unit: units[index] ?? "" };
}

/** At most three digits that matter: what a latency needs. */
export function milliseconds(value: number | null | undefined): string {
    if (value === null || value === undefined) return none;
    return figure(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** "850 ms", "12 s", "3 min 5 s", "4 h 2 min", "3 d 4 h". */
export function duration(ms: number): string {
    if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
    const s = Math.floor(ms / 1000);
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
    if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
    return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The wall clock of whoever looks at the page. */
export function clock(epochMs: number, seconds = true): string {
    const at = new Date(epochMs);
    return `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ""}`;
}

/** A moment of today by its time alone, any other with its date: "04:21:07", "2026-05-03 04:21:07". */
export function momentOf(epochMs: number, now = new Date()): string {
    const at = new Date(epochMs);
    if (at.toDateString() === now.toDateString()) return clock(epochMs);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(epochMs)}`;
}

/** Time since the board started: "4:05", "1:04:05", "2 d 01:04:05". */
export function uptime(ms: number): string {
    const s = Math.floor(Math.max(0, ms) / 1000);
    if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
    const days = Math.floor(s / 86_400);
    const hours = Math.floor((s % 86_400) / 3600);
    const body = `${days ? two(hours) : hours}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
    return days ? `${days} d ${body}` : body;
}
