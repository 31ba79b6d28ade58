import { type ApiError, send } from "../lib/api";
import type { NewToken, Role, Token } from "../lib/types";

const path = "/api/v1/tokens";
export const tokensMax = 4;

/** The board's tokens for programs, without what they sign in with: that is seen once, in `made`. */
export class Tokens {
    list = $state.raw<Token[]>();
    made = $state.raw<NewToken | null>(null);
    /** What the owner is about to do: make one, or remove the one of this id. */
    act = $state.raw<{ kind: "add" } | { kind: "remove"; id: string } | null>(null);
    name = $state("");
    role = $state<Role>("viewer");
    busy = $state(false);
    nameProblem = $state<string | undefined>();
    problem = $state<string | null>(null);
    message = $state<string | null>(null);

    async load(): Promise<void> {
        try {
            this.list = (await send<Token[]>("GET", path)).data;
        } catch (error) {
            this.problem ??= (error as ApiError).message;
        }
    }

    begin(act: { kind: "add" } | { kind: "remove"; id: string }): void {
        this.act = act;
        this.made = null;
        this.nameProblem = undefined;
        this.problem = this.message = null;
    }

    async make(): Promise<void> {
        const name = this.name.trim().normalize("NFC");
        this.nameProblem = name === "" ? "Type what the token is for." : undefined;
        if (this.nameProblem) return;
        await this.#do(async () => {
            this.made = (await send<NewToken>("POST", path, { body: { name, role: this.role } })).data;
            this.name = "";
            this.role = "viewer";
        });
    }

    async remove(id: string, name: string): Promise<void> {
        await this.#do(async () => {
            await send("DELETE", `${path}/${encodeURIComponent(id)}`);
            this.message = `The token “${name}” is removed: what used it is signed out.`;
        });
    }

    async #do(act: () => Promise<void>): Promise<void> {
        if (this.busy) return;
        this.busy = true;
        this.problem = null;
        try {
            await act();
            this.act = null;
            await this.load();
        } catch (error) {
            this.#fail(error as ApiError);
        } finally {
            this.busy = false;
        }
    }

    #fail(error: ApiError): void {
        this.nameProblem = error.at("/name");
        if (error.code === "full") this.problem = `The board keeps ${tokensMax} tokens. Remove one first.`;
        else if (!this.nameProblem) this.problem = error.message;
    }
}

export const tokens = new Tokens();
