import { complaintOf, normalized } from "./password";

/** A password that is to be: typed, and typed again where it is not shown. Complaints come once it is sent. */
export class NewPasswordForm {
    typed = $state("");
    again = $state("");
    shown = $state(false);
    #tried = $state(false);

    get complaint(): string | undefined {
        return this.#tried ? complaintOf(this.typed) : undefined;
    }

    get difference(): string | undefined {
        const differs = !this.shown && normalized(this.typed) !== normalized(this.again);
        return this.#tried && this.complaint === undefined && differs ? "This is not the same password." : undefined;
    }

    /** Whether it can be sent; from now on it says why not. */
    check(): boolean {
        this.#tried = true;
        return this.complaint === undefined && this.difference === undefined;
    }

    clear(): void {
        this.typed = this.again = "";
        this.shown = this.#tried = false;
    }
}
