import { type ApiError, addressOf, send } from "./api";
import { Track } from "./history";
import { isPageOutdated } from "./page";
import { Stream, type Link } from "./stream";
import type {
    Diagnostics,
    History,
    Info,
    Output,
    OutputValue,
    Reading,
    Settings,
    State as Snapshot,
    StreamMessage,
    Topic,
} from "./types";

type Listener = (message: StreamMessage) => void;

/** A board whose clock was set, or whose seconds are not this computer's, is asked for both of its times. */
const clockErrorMsMax = 1_500;
/** Not more often: on a slow network every message is late. */
const askClockEveryMs = 10_000;
/** A page that polls looks for another name at each so many looks. */
const looksPerInfo = 5;
/** With the pause between two polls: a board that is gone looks it within 5 s. */
const pollMsMax = 2_500;

/** The board as this page knows it: what the stream brought, kept as reactive state. */
export class Board {
    info = $state.raw<Info>();
    readings = $state<Reading[]>([]);
    outputs = $state<Output[]>([]);
    link = $state.raw<Link>({ kind: "connecting" });
    /** What the board last said of its settings, with the validator for a change of them. */
    settings = $state.raw<{ data: Settings; etag: string | null }>();
    /** What it last said of its pools, as far as somebody looked at them. */
    diagnostics = $state.raw<Diagnostics>();
    /** The board runs another firmware than the one that this page came with. */
    outdated = $state(false);
    /** The wall clock of this computer when the board last said something; 0 before that. */
    heardAtMs = $state(0);
    /** Grows with each word about the state: what was unknown until then is what is shown now. */
    words = $state(0);
    /** Wall clock minus uptime; null while the board has no clock. */
    clockOffsetMs = $state<number | null>(null);
    /** Grows with every sample, so that charts know when to draw. */
    samples = $state(0);
    /** Grows when a new stretch of watching begins: what came before it must be asked for. */
    session = $state(0);

    tracks = new Map<string, Track>();

    #stream: Stream | undefined;
    #seq = -1;
    #bootId = "";
    #awaitingSnapshot = true;
    #confirmed = new Map<string, number>();
    #topics = new Map<Topic, Set<Listener>>();
    #uptimeAtSnapshot = 0;
    #snapshotAt = 0;
    /** When the board fell silent, by this computer's steady clock: its time is known no further. */
    #lostAt: number | undefined;
    #clockAskedAt = -askClockEveryMs;
    #clockAsked = false;
    #looks = 0;

    /** The board has ended this browser's session. */
    onSignedOut: () => void = () => undefined;

    get bootId(): string {
        return this.#bootId;
    }

    get live(): boolean {
        return this.link.kind === "live" || this.link.kind === "polling";
    }

    /** The board's uptime by this computer's steady clock, set right at every snapshot; stands while it is lost. */
    uptimeMs(): number {
        return Math.round(this.#uptimeAtSnapshot + (this.#lostAt ?? performance.now()) - this.#snapshotAt);
    }

    start(): void {
        this.#stream = new Stream(addressOf("/api/v1/stream").replace(/^http/, "ws"), {
            link: (link) => this.#onLink(link),
            message: (message) => this.apply(message),
            poll: (topics) => this.#poll(topics),
            signedOut: () => this.onSignedOut(),
            isFull: async () => {
                const { websocket, websocket_max } = (await this.#askDiagnostics()).connections;
                return websocket >= websocket_max;
            },
        });
        this.#stream.subscribe(this.#wanted());
        this.#stream.start();
    }

    stop(): void {
        this.#stream?.stop();
    }

    /** Looks for a board that was lost at once. */
    retryNow(): void {
        this.#stream?.retryNow();
    }

    /** This page has other rights than before: what it is pushed is asked for anew. */
    renew(): void {
        void this.loadInfo();
        this.#stream?.renew();
    }

    /** Listens to a topic until the returned function is called. */
    listen(topic: Topic, listener: Listener): () => void {
        const listeners = this.#topics.get(topic) ?? new Set();
        this.#topics.set(topic, listeners.add(listener));
        if (listeners.size === 1) this.#stream?.subscribe(this.#wanted());
        return () => {
            listeners.delete(listener);
            if (listeners.size > 0) return;
            this.#topics.delete(topic);
            this.#stream?.subscribe(this.#wanted());
        };
    }

    apply(message: StreamMessage): void {
        this.heardAtMs = Date.now();
        if (message.topic === "state") {
            if ("snapshot" in message) this.#onSnapshot(message.snapshot);
            else this.#onDelta(message);
        } else if (message.topic === "diagnostics") {
            this.diagnostics = message.data;
        } else if (message.topic === "info") {
            this.info = message.data;
        } else if (message.topic === "settings") {
            this.settings = { data: message.data, etag: message.etag };
        }
        for (const listener of this.#topics.get(message.topic) ?? []) listener(message);
    }

    /**
     * The board has said yes to a value: older deltas that are still on their way must not undo it. `bootId`: the
     * start in which it was asked, as far as this page knew. What is of before the newest word heard is no news.
     */
    confirm(id: string, value: OutputValue, seq: number, bootId: string): void {
        if (bootId !== this.#bootId || seq <= this.#seq) return;
        this.#confirmed.set(id, seq);
        const output = this.outputs.find((candidate) => candidate.id === id);
        if (output && output.kind !== "button") output.value = value;
    }

    /** Loads what the board remembers of a series and this page does not. */
    async loadHistory(id: string): Promise<void> {
        const since = this.#complete.get(id) ?? 0;
        const query = `series=${encodeURIComponent(id)}&since=${since}&boot_id=${this.#bootId}`;
        const { data } = await send<History>("GET", `/api/v1/history?${query}`);
        // Of a board that restarted meanwhile: its next snapshot begins a session, which asks again.
        if (data.boot_id !== this.#bootId) return;
        this.#setUptime(data.uptime_ms, false);
        this.track(id).merge(data.samples);
        const [first, second] = data.samples;
        // A first sample of long after the start: those before it are gone.
        const isWrapped = first !== undefined && second !== undefined && first[0] > 3 * (second[0] - first[0]) + 5_000;
        if (since === 0 && isWrapped) this.keptMs = data.uptime_ms - first[0];
        this.#complete.set(id, data.uptime_ms);
        this.samples += 1;
    }
    /** How much of the past the board's own memory holds; null while that is all since its start. */
    keptMs = $state<number | null>(null);
    /** Up to where each series is known without a hole. */
    #complete = new Map<string, number>();

    track(id: string): Track {
        const track = this.tracks.get(id) ?? new Track();
        this.tracks.set(id, track);
        return track;
    }

    #wanted(): Topic[] {
        return [...new Set<Topic>(["state", "settings", "info", ...this.#topics.keys()])];
    }

    #onLink(link: Link): void {
        const wasLive = this.live;
        if (link.kind !== this.link.kind) this.#awaitingSnapshot = true;
        this.link = link;
        if (this.live) this.#lostAt = undefined;
        else if (wasLive) this.#lostAt = performance.now();
    }

    async loadInfo(): Promise<void> {
        const before = this.info;
        try {
            const { data } = await send<Info>("GET", "/api/v1/info");
            // The stream may have told of a later change meanwhile.
            if (this.info === before) this.info = data;
        } catch {
            // The name is a nicety; the link's state tells the rest.
        }
    }

    async #askDiagnostics(): Promise<Diagnostics> {
        return (await send<Diagnostics>("GET", "/api/v1/diagnostics", { timeoutMs: pollMsMax })).data;
    }

    /** False: the board wants a sign-in. */
    async #poll(topics: readonly Topic[]): Promise<boolean> {
        try {
            const { data } = await send<Snapshot>("GET", "/api/v1/state", { timeoutMs: pollMsMax });
            this.apply({ topic: "state", snapshot: data });
        } catch (error) {
            if ((error as ApiError).status !== 401) throw error;
            await this.loadInfo();
            return false;
        }
        if (!this.info || this.#looks % looksPerInfo === 0) await this.loadInfo();
        this.#looks += 1;
        if (topics.includes("diagnostics")) {
            this.apply({ topic: "diagnostics", data: await this.#askDiagnostics() });
        }
        return true;
    }

    #onSnapshot(snapshot: Snapshot): void {
        const isOfThisStart = snapshot.boot_id === this.#bootId;
        // What was asked for before a newer word came is late.
        if (isOfThisStart && snapshot.seq < this.#seq) return;
        if (!isOfThisStart) this.#onStart(snapshot.boot_id);
        this.#seq = snapshot.seq;
        if (this.#awaitingSnapshot) this.session += 1;
        this.#awaitingSnapshot = false;
        this.#lostAt = undefined;
        this.#setUptime(snapshot.uptime_ms, !isOfThisStart || this.#clockAsked);
        this.#clockAsked = false;
        this.clockOffsetMs = snapshot.time === null ? null : Date.parse(snapshot.time) - snapshot.uptime_ms;
        this.readings = snapshot.readings;
        const confirmed = new Map(this.outputs.map((output) => [output.id, output.value]));
        this.outputs = snapshot.outputs.map((output) => {
            const isOlder = snapshot.seq < (this.#confirmed.get(output.id) ?? 0);
            return isOlder ? { ...output, value: confirmed.get(output.id) ?? output.value } : output;
        });
        this.words += 1;
        this.#record(snapshot.uptime_ms);
    }

    /**
     * A snapshot tells the uptime of the last tick, which may be a telemetry period ago, and every message is late:
     * the board has been up for at least this long. `exact`: the tick was just now.
     */
    #setUptime(toldMs: number, exact: boolean): void {
        const ahead = this.uptimeMs() - toldMs;
        const mayBeOldMs = (this.settings?.data.telemetry.period_ms ?? 0) + clockErrorMsMax;
        if (!exact && ahead >= 0 && ahead <= mayBeOldMs) return;
        this.#uptimeAtSnapshot = toldMs;
        this.#snapshotAt = performance.now();
        for (const track of this.tracks.values()) track.forgetAfter(toldMs);
    }

    /** Everything is counted from 0 again, and the firmware may be another. */
    #onStart(bootId: string): void {
        const isFirst = this.#bootId === "";
        this.#bootId = bootId;
        this.#confirmed.clear();
        this.#complete.clear();
        this.tracks.clear();
        this.keptMs = null;
        this.diagnostics = undefined;
        this.#awaitingSnapshot = true;
        if (isFirst) return;
        void this.loadInfo();
        void isPageOutdated().then((outdated) => (this.outdated = outdated));
    }

    #onDelta(message: Extract<StreamMessage, { seq: number }>): void {
        if (this.#awaitingSnapshot) return;
        if (message.since !== this.#seq) {
            this.#awaitingSnapshot = true;
            this.#stream?.subscribe();
            return;
        }
        this.#seq = message.seq;
        this.#compareClocks(message.time);
        const { readings = {}, outputs = {} } = message.delta;
        for (const reading of this.readings) {
            const value = readings[reading.id];
            if (value !== undefined) reading.value = value;
        }
        for (const output of this.outputs) {
            const value = outputs[output.id];
            if (value !== undefined && message.seq >= (this.#confirmed.get(output.id) ?? 0))
                output.value = value;
        }
        this.words += 1;
        // A delta without either is a tick at which nothing changed.
        if (Object.keys(readings).length > 0 || Object.keys(outputs).length === 0) this.#record();
    }

    /** The board's clock may be set, and run at another speed than this computer's: only a snapshot tells both. */
    #compareClocks(time: string | null): void {
        const offset = this.clockOffsetMs;
        const expected = offset === null ? null : offset + this.uptimeMs();
        const agree =
            time === null || expected === null
                ? time === null && expected === null
                : Math.abs(Date.parse(time) - expected) <= clockErrorMsMax;
        if (agree || performance.now() - this.#clockAskedAt < askClockEveryMs) return;
        this.#clockAskedAt = performance.now();
        this.#clockAsked = true;
        this.#stream?.subscribe();
    }

    /** One point for every reading, changed or not: a delta names only what changed. */
    #record(now = this.uptimeMs()): void {
        for (const reading of this.readings) this.track(reading.id).append(now, reading.value);
        this.samples += 1;
    }
}

export const board = new Board();
