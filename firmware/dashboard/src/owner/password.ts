import worst from "../../../../shared/sign_in/worst-passwords.txt?raw";

/** Of its code points in Unicode's form NFC: shared/sign_in/README.md has the rule, for page, companion and tools. */
export const passwordPointsMin = 8;
export const passwordPointsMax = 64;

const common = new Set(worst.split("\n"));

/** As it is hashed: one password, whatever way a keyboard spells an é. Nothing is trimmed. */
export const normalized = (password: string): string => password.normalize("NFC");

/** Why a password is not taken; undefined: it is. */
export function refusalOf(password: string): "short" | "long" | "common" | undefined {
    const form = normalized(password);
    const points = [...form].length;
    if (points < passwordPointsMin) return "short";
    if (points > passwordPointsMax) return "long";
    return common.has(form.replace(/[A-Z]/g, (letter) => letter.toLowerCase())) ? "common" : undefined;
}

const words = {
    short: `A password has at least ${passwordPointsMin} characters.`,
    long: `A password has at most ${passwordPointsMax} characters.`,
    common: "This is one of the passwords that are tried first. Choose another.",
} as const;

/** The same in words for a person. */
export function complaintOf(password: string): string | undefined {
    const refusal = refusalOf(password);
    return refusal && words[refusal];
}
