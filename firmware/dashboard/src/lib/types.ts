/** The messages of API and stream, version 1, as this page reads them. */

export type ReadingStatus = "ok" | "stale" | "fault";

export interface Reading {
    id: string;
    name: string;
    group: string;
    kind: string;
    unit: string;
    value: number | null;
    min: number | null;
    max: number | null;
    decimals: number;
    status: ReadingStatus;
}

export type OutputValue = boolean | number | string | null;

export interface Output {
    id: string;
    name: string;
    group: string;
    kind: "switch" | "level" | "choice" | "button";
    value: OutputValue;
    unit?: string | null;
    min?: number | null;
    max?: number | null;
    step?: number | null;
    options?: string[] | null;
}

export interface Snapshot {
    seq: number;
    boot_id: string;
    time: string | null;
    uptime_ms: number;
    readings: Reading[];
    outputs: Output[];
}

export interface Delta {
    readings?: Record<string, number | null>;
    outputs?: Record<string, OutputValue>;
}

export interface Info {
    id: string;
    name: string;
    model: string;
    firmware: string;
    api: number;
    mac: string;
    auth: boolean;
    tls: boolean;
    boot_id: string;
}

export type Sample = [uptimeMs: number, value: number | null];

export interface History {
    series: string;
    unit: string;
    boot_id: string;
    uptime_ms: number;
    time: string | null;
    samples: Sample[];
}

export interface Settings {
    name: string;
    telemetry: { period_ms: number };
    /** By which names and from which pages the board may be asked, beside its own. */
    security?: { hosts?: string[]; origins?: string[] };
}

export interface SettingsBackup {
    format: "boardwalk.settings";
    version: 1;
    settings: Settings;
}

export interface Firmware {
    version: string;
    model: string;
    /** Where it runs from: tells two of the same version apart. */
    slot: string;
    state: "confirmed" | "trial";
    /** An image that runs from the next start on, unless it is discarded. */
    stored?: { version: string; slot: string; size_bytes: number } | null;
}

export interface Job {
    id: string;
    kind: string;
    state: "queued" | "running" | "done" | "failed";
    progress: number | null;
    result: unknown;
    error: Problem | null;
}

export type LogLevel = "debug" | "info" | "warning" | "error";

export interface LogLine {
    seq: number;
    time: string | null;
    uptime_ms: number;
    level: LogLevel;
    text: string;
}

export interface Logs {
    lines: LogLine[];
    next: number;
    gap: number;
    boot_id?: string;
}

export type SlotState = "free" | "silent" | "head" | "body" | "working" | "sending" | "idle" | "websocket";

export interface Slot {
    slot: number;
    state: SlotState;
    peer: string | null;
    idle_ms: number;
    requests: number;
    buffer: boolean;
    /** Of the last whole second, whichever connections had the slot. */
    busy_ms: number;
}

export interface Diagnostics {
    uptime_ms: number;
    connections: {
        max: number;
        silent: number;
        active: number;
        idle: number;
        websocket: number;
        websocket_max: number;
        accepted_total: number;
        evicted_total: number;
        refused_total: number;
        timed_out_total: number;
    };
    buffers: {
        size_bytes: number;
        max: number;
        allocated: number;
        in_use: number;
        waiting: number;
        waits_total: number;
    };
    workers: { max: number; busy: number; queued: number };
    heap: { free_bytes: number | null; minimum_free_bytes: number | null };
    requests: { total: number; per_s: number; p50_ms: number | null; p99_ms: number | null };
    /** The most that was in use at one time within the last whole second. */
    peak: { window_ms: number; connections: number; buffers: number; waiting: number };
    slots: Slot[];
}

/** RFC 9457, with the board's `code` and, on 422, `errors`. */
export interface Problem {
    type?: string;
    title?: string;
    status?: number;
    detail?: string;
    instance?: string;
    code?: string;
    errors?: { pointer: string; detail: string }[];
}

export type Topic = "state" | "log" | "diagnostics" | "job" | "settings" | "info";

export type StreamMessage =
    | { topic: "state"; snapshot: Snapshot }
    | { topic: "state"; seq: number; since: number; time: string | null; delta: Delta }
    | { topic: "log"; line: LogLine }
    | { topic: "log"; gap: number }
    | { topic: "diagnostics"; data: Diagnostics }
    | { topic: "job"; data: Job }
    | { topic: "settings"; data: Settings; etag: string }
    | { topic: "info"; data: Info };
