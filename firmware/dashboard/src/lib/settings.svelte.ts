import { ApiError, send } from "./api";
import { board } from "./board.svelte";
import type { Settings } from "./types";

const path = "/api/v1/settings";
/** Another client may change something else each time; somebody who changes all the time is told apart. */
const mergesMax = 3;

/** One input of the form, and the member of the settings that it stands for. */
interface Member {
    pointer: string;
    /** As the input shows it; undefined: this board has no such setting. */
    read(settings: Settings): string | number | null | undefined;
    patch(typed: string | number | null): object;
}

const lines = (typed: string | number | null): string[] =>
    String(typed ?? "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");

const members = {
    name: {
        pointer: "/name",
        read: (s) => s.name,
        // Some keyboards and clipboards spell in another form than NFC, in which alone a board takes a name.
        patch: (typed) => ({ name: typeof typed === "string" ? typed.normalize("NFC") : typed }),
    },
    period: {
        pointer: "/telemetry/period_ms",
        read: (s) => s.telemetry.period_ms,
        patch: (period_ms) => ({ telemetry: { period_ms } }),
    },
    hosts: {
        pointer: "/security/hosts",
        read: (s) => s.security?.hosts?.join("\n"),
        patch: (typed) => ({ security: { hosts: lines(typed) } }),
    },
    origins: {
        pointer: "/security/origins",
        read: (s) => s.security?.origins?.join("\n"),
        patch: (typed) => ({ security: { origins: lines(typed) } }),
    },
    public: {
        pointer: "/security/public",
        read: (s) => s.security?.public,
        patch: (typed) => ({ security: { public: typed } }),
    },
} as const satisfies Record<string, Member>;
export type Key = keyof typeof members;
const keys = Object.keys(members) as Key[];
type Values = Record<Key, string | number | null | undefined>;

/**
 * The board's settings as a form: what the board has, what the user typed, and what the board says to it. What is
 * typed stays until the user or a save changes it, whatever other clients and the network do.
 */
export class SettingsForm {
    /** What the inputs show. */
    typed = $state<Values>({ name: "", period: null, hosts: undefined, origins: undefined, public: undefined });
    /** What another client made of a member that the user has typed, too. */
    theirs = $state<Partial<Values>>({});
    problem = $state.raw<ApiError | null>(null);
    message = $state<string | null>(null);
    saving = $state(false);
    loaded = $state(false);
    #base = $state.raw<Values>({ name: "", period: null, hosts: undefined, origins: undefined, public: undefined });
    #etag: string | null = null;
    /** No answer came to what was sent last: what the board has tells whether it was stored. */
    #unanswered = false;

    get changed(): Key[] {
        return keys.filter((key) => this.typed[key] !== this.#base[key]);
    }

    /** The board's complaint about one member, or another client's value for it. */
    complaint(key: Key): string | undefined {
        const told = this.problem?.at(members[key].pointer);
        if (told !== undefined || !(key in this.theirs)) return told;
        return `was changed by another client meanwhile, to “${this.theirs[key]}”. Save to replace that`;
    }

    async load(): Promise<void> {
        const before = board.settings;
        try {
            const { data, etag } = await send<Settings>("GET", path);
            // The stream may have told of a later change meanwhile.
            const told = board.settings !== before ? board.settings : undefined;
            if (told) this.take(told.data, told.etag);
            else this.take(data, etag);
        } catch (error) {
            this.problem ??= error as ApiError;
        }
    }

    /** The board has these now. What was typed stays; the rest follows. */
    take(settings: Settings, etag: string | null): void {
        const now = Object.fromEntries(keys.map((key) => [key, members[key].read(settings)])) as Values;
        for (const key of keys) {
            const isTyped = this.loaded && this.typed[key] !== this.#base[key];
            if (!isTyped || this.typed[key] === now[key]) {
                this.typed[key] = now[key];
                delete this.theirs[key];
            } else if (now[key] !== this.#base[key]) {
                this.theirs[key] = now[key];
            }
        }
        if (keys.some((key) => now[key] !== this.#base[key])) this.message = null;
        this.#base = now;
        this.#etag = etag;
        this.loaded = true;
        if (this.#unanswered && this.changed.length === 0) return this.#saved();
        if (this.problem?.status !== 0) return;
        this.problem = this.#unanswered ? new ApiError(0, "unsaved", "The board has not got these. Save again.") : null;
    }

    async save(): Promise<void> {
        if (this.saving || this.changed.length === 0) return;
        this.saving = true;
        this.problem = null;
        this.message = null;
        this.theirs = {};
        this.#unanswered = false;
        for (let attempt = 0; attempt < mergesMax && (await this.#send()); attempt += 1);
        this.saving = false;
    }

    /** True: another client changed other members, and what was typed is still to be sent. */
    async #send(): Promise<boolean> {
        try {
            const sent = { ...this.typed };
            const before = board.settings;
            const contentType = "application/merge-patch+json";
            const request = { body: this.#patch(), contentType, ifMatch: this.#etag };
            const { data, etag } = await send<Settings>("PATCH", path, request);
            // The board may spell a value in another way than it was typed.
            for (const key of this.changed) {
                if (this.typed[key] === sent[key]) this.typed[key] = members[key].read(data);
            }
            this.take(data, etag);
            this.#saved();
            const told = board.settings;
            // Another client may have changed them since, which the stream told before this answer came.
            if (told && told !== before && told.etag !== request.ifMatch) this.take(told.data, told.etag);
            void board.loadInfo();
            return false;
        } catch (error) {
            return await this.#onFailure(error as ApiError);
        }
    }

    async #onFailure(problem: ApiError): Promise<boolean> {
        const stale = problem.status === 412;
        // A browser repeats a request whose answer was lost, and the repeat may be answered 412.
        this.#unanswered = stale || problem.status === 0;
        if (!this.#unanswered) this.problem = problem;
        else await this.load();
        if (!this.#unanswered || this.problem !== null) return false;
        this.#unanswered = problem.status === 0;
        if (stale) return Object.keys(this.theirs).length === 0;
        const words = `${problem.message} Whether the settings were saved is not known yet.`;
        this.problem = new ApiError(0, problem.code, words);
        return false;
    }

    #saved(): void {
        this.#unanswered = false;
        this.problem = null;
        this.message = "Saved.";
    }

    /** Of the members that were typed alone (RFC 7396): another client's change of others stays. */
    #patch(): object {
        const body: Record<string, object | string | number | null> = {};
        for (const key of this.changed) {
            for (const [member, value] of Object.entries(members[key].patch(this.typed[key] ?? null))) {
                const isObject = typeof value === "object" && value !== null;
                body[member] = isObject ? { ...(body[member] as object), ...value } : value;
            }
        }
        return body;
    }
}

/** One for as long as the page is open: what was typed is there when the user comes back to it. */
export const settingsForm = new SettingsForm();
