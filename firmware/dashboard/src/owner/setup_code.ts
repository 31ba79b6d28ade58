/** Crockford's base32 (crockford.com/base32.html), in which a board spells its set-up code. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const length = 8;

/** The code that somebody means: whatever the case, with blanks and hyphens, O for 0, I and L for 1. Undefined: none. */
export function setupCodeOf(typed: string): string | undefined {
    const code = typed
        .replace(/[\s-]/g, "")
        .toUpperCase()
        .replace(/O/g, "0")
        .replace(/[IL]/g, "1");
    return code.length === length && [...code].every((letter) => alphabet.includes(letter)) ? code : undefined;
}
