import { ApiError, send } from "./api";
import { type Backup, type Change, changes, nameOf, readBackup } from "./backup";
import { board } from "./board.svelte";
import { holds } from "./holds";
import type { Settings } from "./types";

/** A backup, from a file to settings that the board has. What was chosen is there when the user comes back to it. */
export class Restoring {
    chosen = $state.raw<Backup | null>(null);
    busy = $state(false);
    message = $state<string | null>(null);
    #failed = $state.raw<{ text: string; unheard: boolean; settings: unknown } | null>(null);

    /** Without an answer nothing is known until the board tells of its settings: then the changes that are left do. */
    get problem(): string | null {
        const failed = this.#failed;
        return failed?.unheard && board.settings !== failed.settings ? null : (failed?.text ?? null);
    }

    /** What the board would have otherwise after it. */
    get changed(): Change[] | null {
        return this.chosen && board.settings ? changes(board.settings.data, this.chosen.body.settings) : null;
    }

    /** The board's own backup; undefined: it gave none, and the problem says why. */
    async fetch(): Promise<string | undefined> {
        this.#failed = this.message = null;
        try {
            const { data } = await send<object>("GET", "/api/v1/settings/backup", { isAct: true });
            return JSON.stringify(data, null, 2);
        } catch (error) {
            this.#fail((error as ApiError).message, (error as ApiError).status === 0);
            return undefined;
        }
    }

    async choose(file: File): Promise<void> {
        this.#failed = this.message = null;
        this.chosen = (await readBackup(file)) ?? null;
        if (!this.chosen) this.#fail(`${file.name} is no backup of a board's settings.`);
    }

    /** True: the board's settings are others now. */
    async restore(): Promise<boolean> {
        if (!this.chosen || this.busy) return false;
        const { fileName, body } = this.chosen;
        this.#failed = this.message = null;
        this.busy = true;
        try {
            await send("PUT", "/api/v1/settings/restore", { body }).catch((error: ApiError) =>
                lookAfter(body.settings, error),
            );
            this.message = `Restored from ${fileName}.`;
            this.chosen = null;
            return true;
        } catch (error) {
            const { status } = error as ApiError;
            this.#fail(words(error as ApiError), status === 0);
            // What the board refuses once it refuses again; what did not reach it may be tried again.
            if (status === 422) this.chosen = null;
            return false;
        } finally {
            this.busy = false;
        }
    }

    #fail(text: string, unheard = false): void {
        this.#failed = { text, unheard, settings: board.settings };
    }
}

/** A complaint about one member reads on from its name: “Name” must be … */
function words({ message, problem }: ApiError): string {
    const first = problem.errors?.[0];
    return first ? `${nameOf(first.pointer)} ${first.detail}.` : message;
}

/** No answer came: what the board has now tells whether it took the backup. */
async function lookAfter(wanted: object, error: ApiError): Promise<void> {
    if (error.status !== 0) throw error;
    const { data } = await send<Settings>("GET", "/api/v1/settings").catch(() => {
        throw new ApiError(0, error.code, `${error.message} Whether the backup was restored is not known.`);
    });
    if (!holds(data, wanted)) throw error;
}

export const restoring = new Restoring();
