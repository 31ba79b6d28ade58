import type { ApiError } from "../lib/api";
import { nowMs } from "../lib/now.svelte";
import { session } from "../lib/session.svelte";
import { signIn } from "./sign_in";
import { stay } from "./stay";

/** A name and a password, and what the board says to them. */
export class SignInForm {
    user = $state(session.lastUser);
    password = $state("");
    stay = $state(stay.chosen);
    busy = $state(false);
    problem = $state<string | null>(null);
    /** The board takes no try before this. */
    #closedUntilMs = $state(0);

    /** Seconds until the board takes another try. */
    get waitS(): number {
        return this.#closedUntilMs === 0 ? 0 : Math.max(0, Math.ceil((this.#closedUntilMs - nowMs()) / 1000));
    }

    async submit(): Promise<boolean> {
        if (this.busy || this.waitS > 0) return false;
        this.problem = null;
        if (this.user.trim() === "" || this.password === "") {
            this.problem = "Type your name and your password.";
            return false;
        }
        this.busy = true;
        try {
            session.signedIn(await signIn(this.user.trim().normalize("NFC"), this.password, this.stay));
            stay.choose(this.stay);
            this.password = "";
            return true;
        } catch (error) {
            this.#fail(error as ApiError);
            return false;
        } finally {
            this.busy = false;
        }
    }

    #fail({ code, message, retryAfterS }: ApiError): void {
        this.problem = message;
        if (code === "wrong_proof") this.problem = "Name and password do not belong together. Capitals count in both.";
        if (code !== "too_many_tries") return;
        this.problem = "Too many wrong tries, of anybody. Who is signed in stays so.";
        this.#closedUntilMs = Date.now() + (retryAfterS ?? 30) * 1000;
    }
}
