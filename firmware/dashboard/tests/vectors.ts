// What the board says, from shared/vectors: the board's own tests and the companion's read the same files. No test of
// the page makes up a message (vectors.test.ts looks).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Delta, Diagnostics, Firmware, History, Info, Job, LogLine, Logs, Output, Problem, Reading, Settings } from "../src/lib/types";
import type { Reply, State as Snapshot, StreamMessage } from "../src/lib/types";

const folder = join(import.meta.dirname, "../../../shared/vectors");

/** The first valid message of another file stands in place of each {"$vector": FILE}. */
function valid<T>(name: string): T[] {
    const whole = (_: string, value: unknown): unknown =>
        typeof value === "object" && value !== null && "$vector" in value ? valid(String(value.$vector))[0] : value;
    return (JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"), whole) as { valid: T[] }).valid;
}

/** A copy with other values for members that the original has: nothing else can come of it. */
export function like<T extends object>(original: T, changes: Partial<T>): T {
    for (const member of Object.keys(changes))
        if (!(member in original)) throw new Error(`${member} is no member of ${JSON.stringify(original)}`);
    return { ...structuredClone(original), ...changes };
}

function found<T>(items: readonly T[], suits: (item: T) => boolean): T {
    const item = items.find(suits);
    if (item === undefined) throw new Error("no vector is like that");
    return structuredClone(item);
}

const stream = (): (StreamMessage | Reply)[] => valid("stream-message");
const topics = (): StreamMessage[] => stream().filter((message): message is StreamMessage => "topic" in message);

export const info = (changes: Partial<Info> = {}): Info => like(valid<Info>("info")[0]!, changes);
export const state = (changes: Partial<Snapshot> = {}): Snapshot => like(valid<Snapshot>("state")[0]!, changes);
export const settings = (changes: Partial<Settings> = {}): Settings => like(valid<Settings>("settings")[0]!, changes);
/** Those of a board of the first release, which has no others. */
export const oldSettings = (): Settings => structuredClone(valid<Settings>("settings")[1]!);
/** The text of a file; by its name, one that the board refuses, else one that it takes. */
export function backupFile(name?: string): string {
    type File = { name: string; json: string };
    const file = JSON.parse(readFileSync(join(folder, "settings-backup.json"), "utf8")) as { valid: File[]; invalid: File[] };
    return name === undefined ? file.valid[1]!.json : found(file.invalid, (one) => one.name === name).json;
}
export const history = (changes: Partial<History> = {}): History => like(valid<History>("history")[0]!, changes);
export const diagnostics = (): Diagnostics => structuredClone(valid<Diagnostics>("diagnostics")[0]!);
export const logs = (lines: LogLine[], changes: Partial<Logs> = {}): Logs =>
    like(valid<Logs>("logs")[0]!, { lines, next: lines.at(-1)?.seq ?? 0, gap: 0, ...changes });
export const line = (seq: number, changes: Partial<LogLine> = {}): LogLine =>
    like(valid<Logs>("logs")[0]!.lines[0]!, { seq, text: `line ${seq}`, ...changes });
export const job = (kind: string, state: Job["state"], changes: Partial<Job> = {}): Job =>
    like(found(valid<Job>("job"), (one) => one.kind === kind && one.state === state), changes);
export const firmware = (changes: Partial<Firmware> = {}): Firmware => like(
        found(valid<Firmware>("firmware"), (one) => one.version === "1.0.0" && !one.stored),
        changes,
    );
export const storedFirmware = (): Firmware => structuredClone(found(valid<Firmware>("firmware"), (one) => one.version === "1.0.0" && !!one.stored));
export const wifi = (changes: object = {}): object => like(valid<object>("wifi")[0]!, changes);

export const result = (value: Output["value"], seq: number): object =>
    like(valid<{ value: unknown; seq: number }>("output-result")[0]!, { value, seq });

export const output = (kind: Output["kind"], changes: Partial<Output> = {}): Output =>
    like(found(state().outputs, (one) => one.kind === kind), changes);
export const reading = (id: string, changes: Partial<Reading> = {}): Reading =>
    like(state().readings[0]!, { id, name: id, ...changes });

interface Network {
    ssid: string;
    rssi_dbm: number;
    channel: number;
    secure: boolean;
}
type Scan = Job & { result: { networks: Network[]; simulated?: true } };
const scans = (): Scan[] => valid<Scan>("job").filter((one) => one.kind === "wifi.scan" && one.state === "done");
export const network = (changes: Partial<Network>): Network => like(scans()[0]!.result.networks[0]!, changes);
/** What a radio has heard, or one that is only played. */
export function scanned(id: string, networks: Network[], simulated = false): Job {
    const scan = found(scans(), ({ result }) => (result.simulated ?? false) === simulated);
    return like(scan, { id, result: like(scan.result, { networks }) });
}

/** Status and body of a refusal, by its code. */
export function refusal(code: string): [number, object] {
    const said = found(valid<Problem>("problem"), (one) => one.code === code);
    return [said.status!, said];
}
type Refusal = { errors: { pointer: string; detail: string }[] };
/** What a 422 says, of another member and in other words where these are given. */
export function problem(pointer?: string, detail?: string): Refusal {
    const said = structuredClone(valid<Refusal>("problem")[0]!);
    const [error] = said.errors;
    if (error && pointer !== undefined && detail !== undefined) Object.assign(error, { pointer, detail });
    return said;
}

/** What the stream brings. */
export const empty = (): Reply => found(stream() as Reply[], (reply) => "result" in reply);
export function snapshot(changes: Partial<Snapshot> = {}): StreamMessage {
    const message = found(topics(), (one) => one.topic === "state" && "snapshot" in one);
    return like(message as Extract<StreamMessage, { snapshot: Snapshot }>, { snapshot: state(changes) });
}
export function delta(since: number, seq: number, changes: Partial<Delta>, time: string | null = null): StreamMessage {
    const message = found(topics(), (one) => one.topic === "state" && "delta" in one);
    return like(message as Extract<StreamMessage, { delta: Delta }>, { since, seq, time, delta: { readings: {}, outputs: {}, ...changes } });
}
export function logLine(line: LogLine): StreamMessage {
    const message = found(topics(), (one) => one.topic === "log" && "line" in one);
    return like(message as Extract<StreamMessage, { line: LogLine }>, { line });
}
export function logGap(gap: number): StreamMessage {
    const message = found(topics(), (one) => one.topic === "log" && "gap" in one);
    return like(message as Extract<StreamMessage, { gap: number }>, { gap });
}
export function pushed(data: Job | Settings | Info, etag?: string): StreamMessage {
    const topic = "firmware" in data ? "info" : "telemetry" in data ? "settings" : "job";
    const message = found(topics(), (one) => one.topic === topic) as { topic: string; data: object; etag?: string };
    return like(message, etag === undefined ? { data } : { data, etag }) as StreamMessage;
}
