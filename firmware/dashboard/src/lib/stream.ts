import { backoffMs } from "./backoff";
import type { StreamMessage, Topic } from "./types";

/** After this long without a message the board is asked; a board that does not answer in `answerMsMax` is lost. */
export const silenceMsMax = 2_000;
export const answerMsMax = 2_500;
const openMsMax = 4_000;
/** A timer that rings this late slept: with the computer, or in a browser that froze the page. */
const sleptMs = 5_000;
/** A page that is looked at says so: the board closes the longest silent stream when it needs its place. */
export const sayHereEveryMs = 45_000;
const pollEveryMs = 2_000;
/** The wait before a board that does not answer is asked again. */
export const lookEveryMs = 1_000;
/** A tab that nobody looks at gives its place back after this long. */
export const hiddenMsMax = 60_000;
/** A stream that the board closed to make room (1013) is not asked for again before this. */
export const evictedMsMin = 30_000;
const tryAgainLater = 1013;
/** The session or the token that the stream was opened with has ended. */
const signedOut = 4401;
export const offlineAfterFailures = 5;
const updatesPerSecondMax = 4;

/** `refused`: the board is there, and lets nobody look who is not signed in. */
export type Away = "connecting" | "reconnecting" | "offline" | "paused" | "refused";

/**
 * Why a page polls: all places are taken, the board gave this page's place to another, or the board answers
 * requests while the stream does not come through. Null: not known, or about to end.
 */
export type PollReason = "full" | "evicted" | "blocked" | null;

export type Link =
    | { kind: Away | "live" }
    | { kind: "polling"; reason: PollReason };

export interface StreamHandlers {
    link(link: Link): void;
    message(message: StreamMessage): void;
    /**
     * Fetches by plain requests what the stream would have pushed; false: the board wants a sign-in for that. Rejects
     * when it is not there.
     */
    poll(topics: readonly Topic[]): Promise<boolean>;
    /** The board has ended the session that the stream was opened with, or knows of none. */
    signedOut(): void;
    /** Whether all places for streams are taken: a browser does not tell why a handshake failed. */
    isFull(): Promise<boolean>;
}

/**
 * Keeps one WebSocket to the board for as long as the page is looked at. While there is none, the page polls: an
 * answer means that the board is there, and only then is the next WebSocket tried.
 */
export class Stream {
    #socket: WebSocket | undefined;
    #topics: readonly Topic[] = ["state"];
    #requestId = 0;
    /** Polls in a row that the board did not answer. */
    #failures = 0;
    /** Handshakes in a row that failed although the board answers requests. */
    #refusals = 0;
    #reason: PollReason = null;
    #refused = false;
    #connectNotBefore = 0;
    #watch: ReturnType<typeof setTimeout> | undefined;
    #lookTimer: ReturnType<typeof setTimeout> | undefined;
    #hidden: ReturnType<typeof setTimeout> | undefined;
    /** Counts what was begun, so that the answer to an abandoned poll is told apart. */
    #looks = 0;
    #saidAt = 0;
    /** Whether the handshake of this socket succeeded, and whether the board said something on it. */
    #open = false;
    #heard = false;

    constructor(
        private readonly url: string,
        private readonly handlers: StreamHandlers,
    ) {}

    start(): void {
        document.addEventListener("visibilitychange", this.#onVisibility);
        for (const [name, react] of this.#events) window.addEventListener(name, react);
        for (const [name, react] of this.#lifecycle) document.addEventListener(name, react);
        if (document.hidden) this.#leave();
        else this.#connect();
    }

    stop(): void {
        document.removeEventListener("visibilitychange", this.#onVisibility);
        for (const [name, react] of this.#events) window.removeEventListener(name, react);
        for (const [name, react] of this.#lifecycle) document.removeEventListener(name, react);
        clearTimeout(this.#hidden);
        this.#drop();
    }

    /** Chooses what is pushed from now on. Subscribing again also asks for a fresh snapshot. */
    subscribe(topics: readonly Topic[] = this.#topics): void {
        this.#topics = topics;
        if (this.#open) this.#say("subscribe", { topics, max_hz: updatesPerSecondMax });
        else if (!this.#socket && this.#lookTimer !== undefined) this.#look();
    }

    /** Looks for the board at once. A page that nobody sees takes no place. */
    retryNow = (): void => {
        if (document.hidden) return;
        if (this.#open) this.#ask();
        else if (!this.#socket) this.#look();
    };

    /** Opens another socket: one that has the rights of whoever is signed in by now. */
    renew(): void {
        if (!document.hidden) this.#anew();
    }

    // --- one socket ---------------------------------------------------------------------------------------

    #connect(): void {
        this.#stopLooking();
        this.#refused = false;
        if (this.#reason === null && this.#failures === 0 && this.#refusals === 0)
            this.handlers.link({ kind: "connecting" });
        const socket = new WebSocket(this.url, "boardwalk.v1");
        this.#socket = socket;
        this.#after(openMsMax, () => this.#onLost(socket));
        socket.onopen = () => this.#onOpen(socket);
        socket.onmessage = (event) => this.#onMessage(socket, String(event.data));
        socket.onclose = (event) => this.#onLost(socket, event.code);
    }

    #onOpen(socket: WebSocket): void {
        if (socket !== this.#socket) return;
        this.#open = true;
        this.subscribe();
        this.#after(answerMsMax, () => this.#onLost(socket));
    }

    #onMessage(socket: WebSocket, text: string): void {
        if (socket !== this.#socket) return;
        this.#after(silenceMsMax, this.#ask);
        // Only a board that also talks is live: a handshake alone proves little.
        if (!this.#heard) this.handlers.link({ kind: "live" });
        this.#heard = true;
        this.#failures = this.#refusals = 0;
        this.#reason = null;
        if (!document.hidden && Date.now() - this.#saidAt > sayHereEveryMs) this.#say("ping");
        let message: unknown;
        try {
            message = JSON.parse(text);
        } catch {
            return;
        }
        if (typeof message === "object" && message !== null && "topic" in message) {
            this.handlers.message(message as StreamMessage);
        }
    }

    /** A board whose plug was pulled says nothing, and neither does the browser: after a silence, ask. */
    #ask = (): void => {
        const socket = this.#socket;
        if (!socket || !this.#open) return;
        this.#say("ping");
        this.#after(answerMsMax, () => this.#onLost(socket));
    };

    #say(method: string, params?: object): void {
        this.#requestId += 1;
        this.#saidAt = Date.now();
        this.#socket?.send(JSON.stringify({ id: this.#requestId, method, params }));
    }

    /** The one timer of the socket. What a sleeping page missed was thrown away: then all is asked anew. */
    #after(ms: number, act: () => void): void {
        clearTimeout(this.#watch);
        const due = Date.now() + ms;
        this.#watch = setTimeout(() => (Date.now() - due > sleptMs ? this.#anew() : act()), ms);
    }

    #anew(): void {
        this.#drop();
        if (document.hidden) return this.handlers.link({ kind: "paused" });
        this.#failures = this.#refusals = 0;
        this.#reason = null;
        this.#connect();
    }

    #onLost(socket: WebSocket, code = 0): void {
        if (socket !== this.#socket) return;
        const wasHeard = this.#heard;
        this.#close();
        if (document.hidden) return this.handlers.link({ kind: "paused" });
        if (!wasHeard) this.#refusals += 1;
        if (code === signedOut) this.handlers.signedOut();
        const evicted = wasHeard && code === tryAgainLater;
        if (evicted) this.#reason = "evicted";
        const wait = evicted ? evictedMsMin + backoffMs(10) : backoffMs(this.#refusals);
        this.#connectNotBefore = Date.now() + wait;
        if (this.#reason === null) this.handlers.link({ kind: "reconnecting" });
        this.#look();
    }

    // --- without a socket ---------------------------------------------------------------------------------

    #look(): void {
        this.#stopLooking();
        const look = this.#looks;
        this.handlers.poll(this.#topics).then(
            (mayLook) => look === this.#looks && void (mayLook ? this.#onFound(look) : this.#onRefused()),
            () => look === this.#looks && this.#onNotFound(),
        );
    }

    async #onFound(look: number): Promise<void> {
        this.#failures = 0;
        if (this.#refusals > 0 && this.#reason !== "evicted") {
            const full = await this.handlers.isFull().catch(() => false);
            if (look !== this.#looks) return;
            this.#reason = full ? "full" : this.#refusals > 1 ? "blocked" : null;
        }
        this.handlers.link({ kind: "polling", reason: this.#reason });
        if (Date.now() >= this.#connectNotBefore) return this.#connect();
        const wait = Math.min(pollEveryMs, this.#connectNotBefore - Date.now());
        this.#lookTimer = setTimeout(() => this.#look(), wait);
    }

    /** Until somebody signs in there is nothing to look for; whoever comes back to the page has it ask again. */
    #onRefused(): void {
        this.#failures = this.#refusals = 0;
        this.#reason = null;
        this.#connectNotBefore = 0;
        this.#refused = true;
        this.handlers.signedOut();
        this.handlers.link({ kind: "refused" });
    }

    #onNotFound(): void {
        this.#failures += 1;
        this.#reason = null;
        this.#refusals = 0;
        this.#connectNotBefore = 0;
        const gone = this.#failures >= offlineAfterFailures || navigator.onLine === false;
        this.handlers.link({ kind: gone ? "offline" : "reconnecting" });
        // The jitter keeps the pages of a board that restarts from coming all at once.
        this.#lookTimer = setTimeout(() => this.#look(), lookEveryMs * (0.5 + Math.random() * 0.5));
    }

    #stopLooking(): void {
        this.#looks += 1;
        clearTimeout(this.#lookTimer);
        this.#lookTimer = undefined;
    }

    // --- who looks at the page ----------------------------------------------------------------------------

    #onVisibility = (): void => {
        clearTimeout(this.#hidden);
        if (document.hidden) {
            this.#stopLooking();
            this.#hidden = setTimeout(this.#leave, hiddenMsMax);
        } else if (this.#open) {
            this.#ask();
        } else {
            this.#return();
        }
    };

    /** A page in the back/forward cache, or frozen, answers pings for minutes and reads nothing. */
    #leave = (): void => {
        this.#drop();
        this.handlers.link({ kind: "paused" });
    };
    #return = (): void => {
        if (this.#socket || document.hidden) return;
        const isEvicted = this.#reason === "evicted" && Date.now() < this.#connectNotBefore;
        if (isEvicted || this.#refused) this.#look();
        else this.#anew();
    };
    readonly #events = [
        ["online", this.retryNow],
        ["offline", this.retryNow],
        ["pagehide", this.#leave],
        ["pageshow", this.#return],
    ] as const;
    readonly #lifecycle = [
        ["freeze", this.#leave],
        ["resume", this.#return],
    ] as const;

    #drop(): void {
        this.#stopLooking();
        this.#close();
    }

    #close(): void {
        clearTimeout(this.#watch);
        const socket = this.#socket;
        this.#socket = undefined;
        this.#open = this.#heard = false;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close(1000);
    }
}
