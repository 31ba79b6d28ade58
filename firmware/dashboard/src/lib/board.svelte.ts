import { send } from "./api";
import { Track } from "./history";
import { Stream, type Link } from "./stream";
import type {
    Diagnostics,
    History,
    Info,
    Output,
    OutputValue,
    Reading,
    Snapshot,
    StreamMessage,
    Topic,
} from "./types";

type Listener = (message: StreamMessage) => void;

/** The board as this page knows it: what the stream brought, kept as reactive state. */
export class Board {
    info = $state.raw<Info>();
    readings = $state<Reading[]>([]);
    outputs = $state<Output[]>([]);
    link = $state.raw<Link>({ kind: "connecting" });
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

    get bootId(): string {
        return this.#bootId;
    }

    get live(): boolean {
        return this.link.kind === "live" || this.link.kind === "polling";
    }

    /** The board's uptime by this computer's steady clock, set right at every snapshot. */
    uptimeMs(): number {
        return Math.round(this.#uptimeAtSnapshot + performance.now() - this.#snapshotAt);
    }

    start(): void {
        const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/stream`;
        this.#stream = new Stream(url, {
            link: (link) => this.#onLink(link),
            message: (message) => this.apply(message),
            poll: (topics) => this.#poll(topics),
        });
        this.#stream.start();
    }

    stop(): void {
        this.#stream?.stop();
    }

    retryNow(): void {
        this.#stream?.retryNow();
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
        if (message.topic === "state") {
            if ("snapshot" in message) this.#onSnapshot(message.snapshot);
            else this.#onDelta(message);
        }
        for (const listener of this.#topics.get(message.topic) ?? []) listener(message);
    }

    /** The board has said yes to a value: older deltas that are still on their way must not undo it. */
    confirm(id: string, value: OutputValue, seq: number): void {
        this.#confirmed.set(id, seq);
        const output = this.outputs.find((candidate) => candidate.id === id);
        if (output && output.kind !== "button") output.value = value;
    }

    /** Loads what the board remembers of a series and this page does not. */
    async loadHistory(id: string): Promise<void> {
        const since = Math.max(0, this.#complete.get(id) ?? 0);
        const query = `series=${encodeURIComponent(id)}&since=${since}`;
        const { data } = await send<History>("GET", `/api/v1/history?${query}`);
        if (data.boot_id !== this.#bootId) return;
        const track = this.track(id);
        track.merge(data.samples);
        this.#complete.set(id, data.uptime_ms);
        this.samples += 1;
    }
    /** Up to where each series is known without a hole. */
    #complete = new Map<string, number>();

    track(id: string): Track {
        const track = this.tracks.get(id) ?? new Track();
        this.tracks.set(id, track);
        return track;
    }

    #wanted(): Topic[] {
        return [...new Set<Topic>(["state", ...this.#topics.keys()])];
    }

    #onLink(link: Link): void {
        const wasLive = this.link.kind === "live";
        this.link = link;
        if (link.kind === "live" && !wasLive) void this.loadInfo();
        if (!this.live) this.#awaitingSnapshot = true;
    }

    async loadInfo(): Promise<void> {
        try {
            this.info = (await send<Info>("GET", "/api/v1/info")).data;
        } catch {
            // The name is a nicety; the link's state tells the rest.
        }
    }

    async #poll(topics: readonly Topic[]): Promise<void> {
        const { data } = await send<Snapshot>("GET", "/api/v1/state", { timeoutMs: 4_000 });
        this.apply({ topic: "state", snapshot: data });
        if (!this.info) await this.loadInfo();
        if (topics.includes("diagnostics")) {
            this.apply({
                topic: "diagnostics",
                data: (await send<Diagnostics>("GET", "/api/v1/diagnostics")).data,
            });
        }
    }

    #onSnapshot(snapshot: Snapshot): void {
        if (snapshot.boot_id !== this.#bootId) {
            this.#bootId = snapshot.boot_id;
            this.#confirmed.clear();
            this.#complete.clear();
            this.tracks.clear();
        }
        this.#seq = snapshot.seq;
        if (this.#awaitingSnapshot) this.session += 1;
        this.#awaitingSnapshot = false;
        this.#uptimeAtSnapshot = snapshot.uptime_ms;
        this.#snapshotAt = performance.now();
        this.clockOffsetMs = snapshot.time === null ? null : Date.parse(snapshot.time) - snapshot.uptime_ms;
        this.readings = snapshot.readings;
        this.outputs = snapshot.outputs;
        this.#record();
    }

    #onDelta(message: Extract<StreamMessage, { seq: number }>): void {
        if (this.#awaitingSnapshot) return;
        if (message.since !== this.#seq) {
            this.#awaitingSnapshot = true;
            this.#stream?.subscribe();
            return;
        }
        this.#seq = message.seq;
        if (message.time !== null && this.clockOffsetMs === null) {
            this.clockOffsetMs = Date.parse(message.time) - this.uptimeMs();
        }
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
        if (Object.keys(readings).length > 0) this.#record();
    }

    /** One point for every reading, changed or not: a delta names only what changed. */
    #record(): void {
        const now = this.uptimeMs();
        for (const reading of this.readings) this.track(reading.id).append(now, reading.value);
        this.samples += 1;
    }
}

export const board = new Board();
