import { backoffMs } from "./backoff";
import type { StreamMessage, Topic } from "./types";

/** Without a word for this long the board is asked; without an answer for `answerMsMax` the socket is given up. */
const silenceMsMax = 10_000;
const answerMsMax = 5_000;
const openMsMax = 8_000;
const pollEveryMs = 2_000;
/** A tab that nobody looks at gives its place back after this long. */
export const hiddenMsMax = 60_000;
export const offlineAfterFailures = 5;
const updatesPerSecondMax = 4;

export type Link =
    | { kind: "connecting" }
    | { kind: "live" }
    | { kind: "polling" }
    | { kind: "reconnecting" | "offline"; retryAt: number }
    | { kind: "paused" };

export interface StreamHandlers {
    link(link: Link): void;
    message(message: StreamMessage): void;
    /** Fetches by plain requests what the stream would have pushed. Rejects when the board is not there. */
    poll(topics: readonly Topic[]): Promise<void>;
}

/**
 * Keeps one WebSocket to the board for as long as somebody looks. A browser does not tell why a handshake failed,
 * so a plain request asks: answered means that the board is there but has no WebSocket to give (12 are in use), and
 * the page polls while it keeps trying.
 */
export class Stream {
    #socket: WebSocket | undefined;
    #topics: readonly Topic[] = ["state"];
    #failures = 0;
    #requestId = 0;
    #retry: ReturnType<typeof setTimeout> | undefined;
    #watch: ReturnType<typeof setTimeout> | undefined;
    #pollTimer: ReturnType<typeof setTimeout> | undefined;
    #hidden: ReturnType<typeof setTimeout> | undefined;
    #polling = false;
    #retryAt = 0;
    /** Whether this socket has been called live. */
    #announced = false;

    constructor(
        private readonly url: string,
        private readonly handlers: StreamHandlers,
    ) {}

    start(): void {
        document.addEventListener("visibilitychange", this.#onVisibility);
        window.addEventListener("online", this.retryNow);
        this.#connect();
    }

    stop(): void {
        document.removeEventListener("visibilitychange", this.#onVisibility);
        window.removeEventListener("online", this.retryNow);
        clearTimeout(this.#hidden);
        this.#drop();
    }

    /** Chooses what is pushed from now on. Subscribing again also asks for a fresh snapshot. */
    subscribe(topics: readonly Topic[] = this.#topics): void {
        this.#topics = topics;
        if (this.#socket?.readyState !== WebSocket.OPEN) {
            if (this.#polling) this.#poll();
            return;
        }
        this.#requestId += 1;
        const params = { topics, max_hz: updatesPerSecondMax };
        this.#socket.send(JSON.stringify({ id: this.#requestId, method: "subscribe", params }));
    }

    retryNow = (): void => {
        if (!this.#socket) this.#connect();
    };

    #connect(): void {
        clearTimeout(this.#retry);
        if (!this.#polling && this.#failures === 0) this.handlers.link({ kind: "connecting" });
        const socket = new WebSocket(this.url, "boardwalk.v1");
        this.#socket = socket;
        this.#watch = setTimeout(() => this.#onLost(socket), openMsMax);
        socket.onopen = () => this.#onOpen(socket);
        socket.onmessage = (event) => this.#onMessage(socket, String(event.data));
        socket.onclose = () => this.#onLost(socket);
    }

    #onOpen(socket: WebSocket): void {
        if (socket !== this.#socket) return;
        this.#stopPolling();
        this.subscribe();
        this.#expect(socket, answerMsMax);
    }

    #onMessage(socket: WebSocket, text: string): void {
        if (socket !== this.#socket) return;
        this.#expect(socket, silenceMsMax);
        // Only a board that also talks is live: a handshake alone proves little.
        if (this.#failures > 0 || !this.#announced) this.handlers.link({ kind: "live" });
        this.#announced = true;
        this.#failures = 0;
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
    #expect(socket: WebSocket, ms: number): void {
        clearTimeout(this.#watch);
        this.#watch = setTimeout(() => {
            if (ms === answerMsMax) return this.#onLost(socket);
            this.subscribe();
            this.#expect(socket, answerMsMax);
        }, ms);
    }

    #onLost(socket: WebSocket): void {
        if (socket !== this.#socket) return;
        this.#close();
        this.#failures += 1;
        const wait = backoffMs(this.#failures);
        this.#retryAt = Date.now() + wait;
        this.#retry = setTimeout(() => this.#connect(), wait);
        if (this.#polling) return;
        this.#sayLost();
        this.#polling = true;
        this.#poll();
    }

    #poll(): void {
        clearTimeout(this.#pollTimer);
        this.handlers.poll(this.#topics).then(
            () => {
                if (!this.#polling) return;
                this.handlers.link({ kind: "polling" });
                clearTimeout(this.#pollTimer);
                this.#pollTimer = setTimeout(() => this.#poll(), pollEveryMs);
            },
            () => {
                // Nobody there: the retries of the socket go on alone, and each failure asks again.
                if (!this.#polling) return;
                this.#polling = false;
                this.#sayLost();
            },
        );
    }

    #sayLost(): void {
        const kind =
            this.#failures >= offlineAfterFailures || navigator.onLine === false ? "offline" : "reconnecting";
        this.handlers.link({ kind, retryAt: this.#retryAt });
    }

    #stopPolling(): void {
        this.#polling = false;
        clearTimeout(this.#pollTimer);
    }

    #onVisibility = (): void => {
        clearTimeout(this.#hidden);
        if (document.hidden) {
            this.#hidden = setTimeout(() => {
                this.#drop();
                this.handlers.link({ kind: "paused" });
            }, hiddenMsMax);
        } else if (!this.#socket && !this.#polling) {
            this.#failures = 0;
            this.#connect();
        }
    };

    #drop(): void {
        clearTimeout(this.#retry);
        this.#stopPolling();
        this.#close();
    }

    #close(): void {
        clearTimeout(this.#watch);
        const socket = this.#socket;
        this.#socket = undefined;
        this.#announced = false;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close(1000);
    }
}
