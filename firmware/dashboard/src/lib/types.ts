/** The messages of the API and of the stream. Made from shared/schemas by shared/generate: change those. */

export interface ConnectionCounts {
    /** Slots. */
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
}

export interface BufferCounts {
    /** Size of one, in bytes. */
    size_bytes: number;
    max: number;
    allocated: number;
    in_use: number;
    /** Connections that wait for one now. */
    waiting: number;
    /** How often a connection had to wait. */
    waits_total: number;
}

export interface WorkerCounts {
    max: number;
    busy: number;
    queued: number;
}

export interface HeapFigures {
    /** Bytes; null where the system has no such figure. */
    free_bytes: number | null;
    /** Least ever free, in bytes. */
    minimum_free_bytes: number | null;
}

export interface RequestFigures {
    total: number;
    /** Requests a second, lately. */
    per_s: number;
    /** Median, in milliseconds; null before the first request. */
    p50_ms: number | null;
    /** 99th percentile, in milliseconds. */
    p99_ms: number | null;
}

/** The most that was in use at one time within the last whole second; the same for every reader. */
export interface PeakFigures {
    /** Length of that second, in milliseconds. */
    window_ms: number;
    /** Slots that were taken within one turn of the board's loop. */
    connections: number;
    buffers: number;
    /** Connections that waited for a slot or a buffer. */
    waiting: number;
}

export type SlotState = "free" | "silent" | "head" | "body" | "working" | "sending" | "idle" | "websocket";

export interface Slot {
    /** Index of the slot. */
    slot: number;
    state: SlotState;
    /** Address and port; empty while free. */
    peer: string;
    /** Milliseconds since the last byte. */
    idle_ms: number;
    /** Requests answered on this connection. */
    requests: number;
    /** Whether it holds a scratch buffer. */
    buffer: boolean;
    /**
     * Milliseconds of the last whole second in which the slot dealt with something, whichever connections had it.
     */
    busy_ms: number;
}

/** What the server's pools do right now. */
export interface Diagnostics {
    /** Milliseconds since the start. */
    uptime_ms: number;
    connections: ConnectionCounts;
    buffers: BufferCounts;
    workers: WorkerCounts;
    heap: HeapFigures;
    requests: RequestFigures;
    /** The most that was in use at one time within the last whole second; the same for every reader. */
    peak: PeakFigures;
    /** What is asked of slow clients now, in acknowledged bytes a second: it rises while others wait. */
    minimum_rate_bytes_per_s: number;
    /** Each slot, free ones too. */
    slots: Slot[];
}

export type FirmwareState = "confirmed" | "trial";

/**
 * What was uploaded and not started yet: it starts on trial at the next restart, unless DELETE discards it. Null:
 * nothing.
 */
export interface StoredFirmware {
    version: string;
    slot: string;
    size_bytes: number;
}

/** The running firmware. On trial it goes back to the one before unless it confirms itself. */
export interface Firmware {
    version: string;
    model: string;
    /**
     * Where it runs from: the result of an upload's job says where that one is. Empty: this firmware cannot be
     * replaced.
     */
    slot: string;
    state: FirmwareState;
    /**
     * What was uploaded and not started yet: it starts on trial at the next restart, unless DELETE discards it.
     * Null: nothing.
     */
    stored: StoredFirmware | null;
}

/** Names a reading or an output; at most 31 bytes. */
export type Identifier = string;

/** ISO 8601 in UTC; null while the board has no clock. */
export type Time = string | null;

export type Sample = [uptime_ms: number, value: number | null];

/** Recent samples of one reading, oldest first. */
export interface History {
    series: Identifier;
    unit: string;
    boot_id: string;
    /** Uptime of this answer, in milliseconds. */
    uptime_ms: number;
    time: Time;
    /** The `since` of the question was told by another start of the board: these are all that there are. */
    restarted?: true;
    /** Pairs of uptime and value. */
    samples: Sample[];
}

/** Who this board is. */
export interface Info {
    /** Stable; made from the hardware address. */
    id: string;
    /** As its owner calls it; also the DNS-SD instance name. */
    name: string;
    model: string;
    /** Version. */
    firmware: string;
    /** Version of this API. */
    api: 1;
    mac: string;
    /** Whether requests must be authorised. */
    auth: boolean;
    tls: boolean;
    /** Another after each start: sequence numbers and uptimes begin again. */
    boot_id: string;
}

export type JobKind = "firmware.update" | "wifi.scan";

export type JobState = "queued" | "running" | "done" | "failed";

export interface ProblemError {
    /** JSON Pointer (RFC 6901) into the request's body. */
    pointer: string;
    detail: string;
}

/** An error (RFC 9457). */
export interface Problem {
    /** URI reference that names the kind of problem. */
    type?: string;
    title?: string;
    /** HTTP status code. */
    status?: number;
    detail?: string;
    /** The request's path. */
    instance?: string;
    /** Stable word for programs. */
    code?: string;
    /** Of a 422: what is wrong, and where. */
    errors?: ProblemError[];
}

/** Work that outlasts its request. */
export interface Job {
    id: string;
    kind: JobKind;
    state: JobState;
    /** From 0 to 1; null when unknown. */
    progress: number | null;
    /** Its shape is the kind's; null until done. */
    result: unknown;
    error: Problem | null;
}

export type LogLevel = "debug" | "info" | "warning" | "error";

/** One line of the board's log. */
export interface LogLine {
    seq: number;
    time: Time;
    /** Milliseconds since the start. */
    uptime_ms: number;
    level: LogLevel;
    text: string;
}

/** A page of the log, oldest line first. */
export interface Logs {
    /** Another after each start: numbers begin again. */
    boot_id?: string;
    /** The `since` of the question was told by another start of the board: these are all that there are. */
    restarted?: true;
    lines: LogLine[];
    /** The `since` of the next question. */
    next: number;
    /**
     * Lines behind the `since` of the question that are no longer there. Warnings and errors are kept longer than
     * others: numbers may be missing between two lines, too.
     */
    gap: number;
}

/** A switch or button takes a boolean, a level a number, a choice one of its options (at most 31 bytes). */
export type OutputValue = boolean | number | string;

/** An output after it was set. */
export interface OutputResult {
    id: Identifier;
    value: OutputValue;
    /** The state that holds this value, or a later one. */
    seq: number;
}

export type OutputKind = "switch" | "level" | "choice" | "button";

/** Something that a client can set. */
export interface Output {
    id: Identifier;
    name: string;
    group: string;
    kind: OutputKind;
    value: OutputValue;
    unit: string;
    /** Least value of a level; null for other kinds. */
    min: number | null;
    /** Greatest value of a level; null for other kinds. */
    max: number | null;
    /** Distance between two values of a level; null for other kinds. */
    step: number | null;
    /** What a choice can be; empty for other kinds. */
    options: string[];
}

export type ReadingStatus = "ok" | "stale" | "fault";

/** One measured quantity. */
export interface Reading {
    id: Identifier;
    name: string;
    /** What belongs together on a page. */
    group: string;
    /** temperature, humidity, …: a hint for the look. */
    kind: string;
    /** Empty for a quantity without one. */
    unit: string;
    /** In `unit`; null while the sensor gives none. */
    value: number | null;
    /** Lower end of the expected range, for a chart's scale. */
    min: number | null;
    /** Upper end of the expected range. */
    max: number | null;
    /** Digits worth showing after the point. */
    decimals: number;
    status: ReadingStatus;
}

/** The board starts again; it is back once it tells another boot_id. */
export interface Restarting {
    /** That of the run that ends. */
    boot_id: string;
}

/** Absolute, so that a repeat is harmless. */
export interface SetOutput {
    value: OutputValue;
}

/**
 * What the owner chose, as one document to keep. Secrets are left out, and stay as they are when it is restored.
 * Members of `settings` that a board does not know are another version's: it keeps them.
 */
export interface SettingsBackup {
    format: "boardwalk.settings";
    version: 1;
    settings: { name: string; telemetry: { period_ms: number }; security?: { hosts?: string[]; origins?: string[] } };
}

/** What is absent stays as it is; nothing may be removed with null. */
export interface SettingsPatch {
    /**
     * At most 63 bytes of UTF-8 in Normalization Form C (NFC), without controls, line separators, marks of
     * direction and characters without a width (but a joiner between letters or emoji), without a blank at either
     * end.
     */
    name?: string;
    telemetry?: { period_ms?: number };
    /** Which network the board joins: only boards with a radio, and only while they are being set up. */
    wifi?: { ssid?: string; password?: string };
    /** By what names the board may be asked, beside its own. */
    security?: { hosts?: string[]; origins?: string[] };
}

export interface TelemetrySettings {
    /** Milliseconds between two samples. */
    period_ms: number;
}

/**
 * The network that the board joins, without its password; empty: none. Only of boards that can be set up over
 * Wi-Fi.
 */
export interface WifiSettings {
    ssid: string;
}

/** By what names the board may be asked, beside its own. */
export interface SecuritySettings {
    /** Names in a Host field, without a port: such as a reverse proxy's. */
    hosts?: string[];
    /** Origins whose pages may change something: scheme, host, and a port that is not the scheme's own. */
    origins?: string[];
}

/** What the owner chose. */
export interface Settings {
    name: string;
    telemetry: TelemetrySettings;
    /**
     * The network that the board joins, without its password; empty: none. Only of boards that can be set up over
     * Wi-Fi.
     */
    wifi?: WifiSettings;
    /** By what names the board may be asked, beside its own. */
    security?: SecuritySettings;
}

export interface Delta {
    /** New value of each reading that changed, by its id. */
    readings: Record<string, number | null>;
    /** New value of each output that changed, by its id. */
    outputs: Record<string, OutputValue>;
}

/** What changed since `since`, as absolute values. Applies only to the state whose `seq` is `since`. */
export interface StateDelta {
    topic: "state";
    seq: number;
    since: number;
    time: Time;
    delta: Delta;
}

/** All readings and outputs at one moment. */
export interface State {
    /** Grows with each change since the start. */
    seq: number;
    boot_id: string;
    time: Time;
    /** Milliseconds since the start. */
    uptime_ms: number;
    readings: Reading[];
    outputs: Output[];
}

export type Subscribed = Record<string, never>;

export type Reply =
    | { id: number | null; result: OutputResult | Subscribed }
    | { id: number | null; error: Problem };

export interface LogGap {
    topic: "log";
    /** Lines that were dropped for this slow client. */
    gap: number;
}

/** When the topic is subscribed to, and after each change by any client. */
export interface SettingsChange {
    topic: "settings";
    data: Settings;
    /** For If-Match of a change. */
    etag: string;
}

export type Topic = "state" | "log" | "diagnostics" | "job" | "settings" | "info";

/** The board's message on the stream. */
export type StreamMessage =
    | { topic: "state"; snapshot: State }
    | StateDelta
    | { topic: "log"; line: LogLine }
    | LogGap
    | { topic: "diagnostics"; data: Diagnostics }
    | { topic: "job"; data: Job }
    | SettingsChange
    | { topic: "info"; data: Info };

export interface Subscribe {
    /** Chosen by the client; the answer carries it. */
    id: number;
    method: "subscribe";
    params: { topics: Topic[]; max_hz?: number };
}

export interface OutputSet {
    /** Chosen by the client; the answer carries it. */
    id: number;
    method: "output.set";
    params: { id: string; value: OutputValue };
}

/**
 * Answered by an empty result. A client that sends no message of its own for five minutes may have to make way for
 * another (close 1013).
 */
export interface Ping {
    /** Chosen by the client; the answer carries it. */
    id: number;
    method: "ping";
    params?: Record<string, never>;
}

export type StreamMethod = "subscribe" | "output.set" | "ping";

/** A client's message on the stream. */
export type StreamRequest =
    | Subscribe
    | OutputSet
    | Ping;

/** failed: the last try was in vain; it goes on trying. */
export type WifiState = "off" | "joining" | "joined" | "failed";

/**
 * Why, as far as the radio can tell. not_found: no such network in reach. password: the network does not take it.
 * security: it is there, but not protected as the board was told (a password where it wants none, none where it
 * wants one, or older than WPA2).
 */
export type WifiFailure = "unknown" | "not_found" | "password" | "security";

/** Where the board is with its network. */
export interface Wifi {
    /** The network that it joins; empty: none. */
    ssid: string;
    /** failed: the last try was in vain; it goes on trying. */
    state: WifiState;
    /**
     * Why, as far as the radio can tell. not_found: no such network in reach. password: the network does not take
     * it. security: it is there, but not protected as the board was told (a password where it wants none, none
     * where it wants one, or older than WPA2).
     */
    failure: WifiFailure;
    /** The board's own network for set-up is open. */
    portal: boolean;
    /** The board's own in that network, "192.168.1.50"; empty: it is not there. */
    address: string;
}
