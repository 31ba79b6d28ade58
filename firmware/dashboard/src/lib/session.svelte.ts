import { type ApiError, onSignInWanted, send } from "./api";
import { board } from "./board.svelte";
import type { Role, Session as Told } from "./types";

export const roles = ["viewer", "operator", "owner"] as const satisfies readonly Role[];

/** Who is signed in. */
export type Person = Pick<Told, "user" | "role">;

const path = "/api/v1/session";
/**
 * The name of who is signed in, for the other tabs of this browser and for its next sign-in: a script cannot see the
 * cookie, and some browsers forget this before that.
 */
const key = "boardwalk.signed-in";

/** Why a person is asked to sign in: by own wish, because something takes it, or because the session has ended. */
export type Wish = "asked" | "needed" | "ended";

/** Who this browser is to the board. */
export class Session {
    who = $state.raw<Person | null>(null);
    /** Whether the board has said who this browser is, or need not be asked. */
    known = $state(false);
    /** A sign-in is wanted, over whatever the page shows. */
    wish = $state.raw<Wish | null>(null);
    /** Who was signed in last, as far as this browser knows. */
    lastUser = $state(stored() ?? "");
    /** Somebody is about to become the owner here: that the board has one is no news then. */
    claiming = $state(false);
    /** A claim of this page got no answer: who has become the owner is not known. */
    claimUnanswered = $state(false);

    #waiting: ((signedIn: boolean) => void)[] = [];
    #leaving = false;
    #looking: Promise<void> | undefined;

    /** For whom the page is drawn: while it asks who was signed in to do so again, all stays where it is. */
    get shownFor(): Person | null {
        return this.who ?? this.#before;
    }
    #before = $state.raw<Person | null>(null);

    /** What the page offers; a stranger may look where the owner opened that, and where there is none. */
    get role(): Role {
        return this.shownFor?.role ?? "viewer";
    }

    may(role: Role): boolean {
        return roles.indexOf(this.role) >= roles.indexOf(role);
    }

    start(): void {
        onSignInWanted(() => this.require());
        board.onSignedOut = () => this.ended();
        window.addEventListener("storage", this.#onStorage);
        if (stored() !== null) void this.look();
    }

    /** The board has said whether it has an owner: where there is none, nobody is signed in. */
    settle(claimed: boolean): void {
        if (!claimed) this.known = true;
        else if (!this.known) void this.look();
    }

    stop(): void {
        window.removeEventListener("storage", this.#onStorage);
    }

    /** Asks the board who this browser is. */
    look(): Promise<void> {
        this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
        return this.#looking;
    }

    async #look(): Promise<void> {
        const before = this.who;
        try {
            const { data } = await send<Told>("GET", path);
            this.#is({ user: data.user, role: data.role });
        } catch (error) {
            // Not known; or of before somebody signed in.
            if ((error as ApiError).status !== 401 || this.who !== before) return;
            this.ended();
        }
    }

    /** The board may have forgotten this browser while it was away. */
    lookAgain(): void {
        if (this.who !== null || !this.known) void this.look();
    }

    /** Something takes a sign-in: resolves once there is one, or a person would not. */
    async require(): Promise<boolean> {
        await this.look(); // a refusal may be of before a sign-in, here or in another tab
        if (this.who !== null) return true;
        this.wish ??= this.lastUser === "" ? "needed" : "ended";
        return new Promise((resolve) => this.#waiting.push(resolve));
    }

    /** The board has ended the session, or another tab has; or there was none. */
    ended(): void {
        if (this.#leaving) return;
        const wasSignedIn = this.who !== null;
        this.#lose();
        if (wasSignedIn) this.wish ??= "ended";
    }

    dismiss(): void {
        this.wish = this.#before = null;
        this.#resolve(false);
    }

    signedIn(person: Person): void {
        // What another person has typed and seen here is not the next one's.
        if (this.lastUser !== "" && this.lastUser !== person.user && board.words > 0) {
            remember(person.user);
            return this.#anew();
        }
        this.#is(person);
        // A stream has the rights that its page had when it was opened.
        board.renew();
    }

    async signOut(): Promise<void> {
        this.#leaving = true;
        const failure = await send("DELETE", path, { forItself: true }).then(
            () => null,
            (error: ApiError) => error,
        );
        this.#leaving = false;
        if (failure && failure.status !== 401) throw failure;
        remember(null);
        this.#anew();
    }

    /** `act` ends this session and begins another, of the same person. */
    async renewing(act: () => Promise<Person>): Promise<void> {
        this.#leaving = true;
        const next = await act().catch((error: unknown) => {
            this.#leaving = false;
            void this.look(); // the old one may have ended all the same
            throw error;
        });
        this.#leaving = false;
        this.signedIn(next);
    }

    #is(person: Person): void {
        this.known = true;
        this.who = person;
        remember(person.user);
        this.lastUser = person.user;
        this.wish = this.#before = null;
        this.#resolve(true);
    }

    #lose(): void {
        this.known = true;
        this.#before ??= this.who;
        this.who = null;
        remember(null);
    }

    #resolve(signedIn: boolean): void {
        for (const resolve of this.#waiting.splice(0)) resolve(signedIn);
    }

    #anew(): void {
        this.#leaving = true;
        location.reload();
    }

    #onStorage = (event: StorageEvent): void => {
        if (event.key !== key && event.key !== null) return;
        const user = stored();
        if (user === null) this.ended();
        else if (this.lastUser !== "" && user !== this.lastUser) this.#anew();
        else void this.look().then(() => board.renew());
    };
}

function stored(): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return ""; // Private windows may refuse: then the board is asked.
    }
}

function remember(user: string | null): void {
    try {
        if (user === null) localStorage.removeItem(key);
        else localStorage.setItem(key, user);
    } catch {
        // The other tabs notice by themselves when they next ask for something.
    }
}

export const session = new Session();
