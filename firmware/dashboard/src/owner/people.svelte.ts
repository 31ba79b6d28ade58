import { ApiError, send } from "../lib/api";
import { session } from "../lib/session.svelte";
import type { Role, User } from "../lib/types";
import { NewPasswordForm } from "./new_password.svelte";
import { newKeys } from "./protocol";
import { signIn } from "./sign_in";
import { stay } from "./stay";

const path = "/api/v1/users";
const pathOf = (name: string): string => `${path}/${encodeURIComponent(name)}`;
export const peopleMax = 4;

/** What is asked of a person: new ones have no name yet. */
export type Act = { kind: "add" } | { kind: "change" | "remove"; name: string };

/** The people of a board, as its owner sees them, and what the owner is about to do with one. */
export class People {
    list = $state.raw<User[]>();
    act = $state.raw<Act | null>(null);
    name = $state("");
    role = $state<Role>("viewer");
    password = new NewPasswordForm();
    busy = $state(false);
    nameProblem = $state<string | undefined>();
    problem = $state<string | null>(null);
    message = $state<string | null>(null);

    async load(): Promise<void> {
        try {
            this.list = (await send<User[]>("GET", path)).data;
        } catch (error) {
            this.problem ??= (error as ApiError).message;
        }
    }

    begin(act: Act): void {
        this.act = act;
        this.name = act.kind === "add" ? "" : act.name;
        this.role = (act.kind === "add" ? undefined : this.#find(act.name)?.role) ?? "viewer";
        this.password.clear();
        this.nameProblem = undefined;
        this.problem = this.message = null;
    }

    cancel(): void {
        this.act = null;
        this.password.clear();
    }

    async save(): Promise<void> {
        if (this.busy || this.act === null) return;
        const isNew = this.act.kind === "add";
        const name = this.name.trim().normalize("NFC");
        this.problem = null;
        this.nameProblem = name === "" ? "Type a name to sign in with." : undefined;
        if (isNew && this.#find(name)) this.nameProblem = "There is somebody of this name already.";
        if (!this.password.check() || this.nameProblem) return;
        await this.#do(async () => {
            await putPerson(name, this.role, this.password.typed);
            this.message = isNew ? `${name} can sign in now.` : `${name} has a new password.`;
        });
    }

    async remove(): Promise<void> {
        if (this.busy || this.act?.kind !== "remove") return;
        const { name } = this.act;
        this.problem = null;
        await this.#do(async () => {
            await send("DELETE", pathOf(name));
            this.message = `${name} is removed.`;
        });
    }

    async #do(act: () => Promise<void>): Promise<void> {
        this.busy = true;
        try {
            await act();
            this.cancel();
            await this.load();
        } catch (error) {
            this.#fail(error as ApiError);
        } finally {
            this.busy = false;
        }
    }

    #fail(error: ApiError): void {
        const isUnknown = error.code === "unknown_user"; // also of what can be no name
        this.nameProblem = isUnknown && this.act?.kind === "add" ? badName : undefined;
        if (error.code === "last_owner") this.problem = "A board has at least one owner: make somebody else one first.";
        else if (error.code === "full") this.problem = `The board knows ${peopleMax} people already. Remove one first.`;
        else if (!this.nameProblem) this.problem = error.message;
    }

    #find(name: string): User | undefined {
        return this.list?.find((one) => one.name === name);
    }
}

const badName = "No name can be like this: at most 63 bytes, and no character that is not seen.";

/** A new password ends the sessions of its person: who changes the own one begins another. */
export async function putPerson(name: string, role: Role, password: string): Promise<void> {
    const put = async (): Promise<unknown> => send("PUT", pathOf(name), { body: { role, ...(await newKeys(password)) } });
    if (name !== session.who?.user) return void (await put());
    await session.renewing(async () => {
        await put();
        return signIn(name, password, stay.chosen);
    });
}

export const people = new People();
