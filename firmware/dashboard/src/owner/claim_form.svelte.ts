import { ApiError } from "../lib/api";
import { board } from "../lib/board.svelte";
import { duration } from "../lib/format";
import { session } from "../lib/session.svelte";
import { NewPasswordForm } from "./new_password.svelte";
import { setupCodeOf } from "./setup_code";
import { claimBoard } from "./sign_in";

/** How long after its start, or after its button was pressed, a board takes the code. */
export const codeMsMax = 15 * 60_000;

/** What makes somebody the owner of a board that has none. */
export class ClaimForm {
    code = $state("");
    user = $state("owner");
    password = new NewPasswordForm();
    busy = $state(false);
    problem = $state<string | null>(null);
    codeProblem = $state<string | undefined>();
    userProblem = $state<string | undefined>();

    /** A board that has been up for long takes the code only after its button was pressed; null: it may take it. */
    get lateness(): string | null {
        const upMs = board.words > 0 ? board.uptimeMs() : 0;
        return upMs < codeMsMax ? null : duration(upMs);
    }

    async submit(): Promise<void> {
        if (this.busy) return;
        this.problem = null;
        const code = setupCodeOf(this.code);
        this.codeProblem = code ? undefined : "A set-up code has 8 letters and digits, such as 7Q0K1M3Z.";
        this.userProblem = this.user.trim() === "" ? "Type a name to sign in with." : undefined;
        if (!this.password.check() || !code || this.userProblem) return;
        this.busy = session.claiming = true;
        try {
            const person = await claimBoard(code, this.user.trim().normalize("NFC"), this.password.typed);
            this.password.clear();
            session.signedIn(person);
        } catch (error) {
            await this.#fail(error as ApiError);
        } finally {
            this.busy = session.claiming = false;
        }
    }

    async #fail(error: ApiError): Promise<void> {
        const { code, message, problem } = error;
        this.userProblem = error.at("/user");
        this.codeProblem = error.at("/code");
        if (code === "wrong_code") {
            const { tries_left: left } = problem;
            const more = left === undefined ? "" : left === 1 ? " The board takes one more try." : ` The board takes ${left} more tries.`;
            this.codeProblem = `This is not the code of this board.${more}`;
        } else if (code === "claim_closed") {
            this.problem =
                "The board takes no code at this time: 15 minutes have passed, or ten codes were wrong. Press its button, or restart it; then look at the code again, and you have 15 minutes.";
        } else if (code === "claimed") {
            await board.loadInfo(); // and the page says what that means
        } else if (error.status === 0) {
            session.claimUnanswered = true;
            this.problem = `${message} Whether the board has taken this is not known. Try again.`;
        } else if (!this.userProblem && !this.codeProblem) {
            this.problem = message;
        }
    }
}
