/** A file of settings that a user chose, before anything is sent. */
export interface Backup {
    fileName: string;
    body: { settings: object };
}

/** A board takes 2 KB. What is far larger is something else, and may be nested deeper than a script can follow. */
export const backupBytesMax = 8_192;

/** Undefined: not such a file. Of which version it is, and whether its values are right, the board says. */
export async function readBackup(file: File): Promise<Backup | undefined> {
    if (file.size > backupBytesMax) return undefined;
    try {
        const body = JSON.parse(await file.text()) as { format?: unknown; settings?: object } | null;
        if (body?.format !== "boardwalk.settings" || typeof body.settings !== "object" || !body.settings) return undefined;
        return { fileName: file.name, body: body as Backup["body"] };
    } catch {
        return undefined;
    }
}

const names: Record<string, string> = {
    "/name": "Name",
    "/telemetry/period_ms": "Telemetry period, ms",
    "/security/hosts": "Other names of this board",
    "/security/origins": "Other pages that may change it",
    "/security/public": "Seen without signing in",
};
/** What a person calls the member: as the form does; what this page does not know, by its place in the file. */
export const nameOf = (pointer: string): string => names[pointer.replace(/^\/settings/, "")] ?? pointer;

export interface Change {
    name: string;
    from: string;
    to: string;
}

/** What a person sees of a value that may be none, or a list. */
function shown(value: unknown): string {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return "nothing";
    return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? `“${value}”` : JSON.stringify(value);
}

/** Deeper than any settings are. */
const depthMax = 6;

/** Each member that the board would have otherwise after the restore. */
export function changes(now: object, wanted: object, pointer = ""): Change[] {
    return Object.entries(wanted).flatMap(([member, to]: [string, unknown]) => {
        const from = (now as Record<string, unknown>)[member];
        const at = `${pointer}/${member}`;
        const hasMembers = typeof to === "object" && to !== null && !Array.isArray(to);
        if (hasMembers && at.split("/").length <= depthMax) return changes((from as object) ?? {}, to, at);
        return shown(from) === shown(to) ? [] : [{ name: nameOf(at), from: shown(from), to: shown(to) }];
    });
}
