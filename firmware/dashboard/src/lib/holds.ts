/** Whether `whole` has all that `part` has, with the same values. */
export function holds(whole: unknown, part: unknown): boolean {
    if (typeof part !== "object" || part === null) return whole === part;
    if (typeof whole !== "object" || whole === null || Array.isArray(whole) !== Array.isArray(part)) return false;
    if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false;
    return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value));
}
