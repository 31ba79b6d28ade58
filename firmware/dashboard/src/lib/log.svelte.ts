import { send } from "./api";
import type { LogLine, Logs, StreamMessage } from "./types";

export type Entry = LogLine | { gap: number; seq: number };

const entriesMax = 500;

/** The board's log as far as this page has seen it: loaded once, then followed; what was dropped is a gap. */
export class LogBook {
    entries = $state.raw<Entry[]>([]);
    #last = 0;
    #bootId = "";
    #loading: Promise<void> | undefined;

    /** Fetches what came after the newest line that is known. A board that was started anew counts anew. */
    load(bootId = this.#bootId): Promise<void> {
        if (bootId !== this.#bootId) this.#clear();
        this.#bootId = bootId;
        this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
        return this.#loading;
    }

    async #load(): Promise<void> {
        const { data } = await send<Logs>("GET", `/api/v1/logs?since=${this.#last}`);
        const gap: Entry[] = data.gap > 0 && this.#last > 0 ? [{ gap: data.gap, seq: this.#last }] : [];
        this.#add([...gap, ...data.lines]);
    }

    #clear(): void {
        this.entries = [];
        this.#last = 0;
    }

    receive(message: StreamMessage): void {
        if (message.topic !== "log") return;
        if ("gap" in message) {
            this.#add([{ gap: message.gap, seq: this.#last }]);
            this.#last += message.gap;
        } else if (this.#last > 0 && message.line.seq > this.#last + 1) {
            void this.load().catch(() => this.#add([message.line]));
        } else {
            this.#add([message.line]);
        }
    }

    #add(news: readonly Entry[]): void {
        const fresh = news.filter((entry) => "gap" in entry || entry.seq > this.#last);
        if (fresh.length === 0) return;
        this.entries = [...this.entries, ...fresh].slice(-entriesMax);
        this.#last = fresh.reduce((last, entry) => Math.max(last, entry.seq), this.#last);
    }
}
