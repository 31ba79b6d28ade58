import { send } from "./api";
import type { LogLine, Logs, StreamMessage } from "./types";

export type Entry = LogLine | { gap: number; seq: number };

const entriesMax = 500;

/** The board's log as far as this page has seen it: loaded once, then followed; what was dropped is a gap. */
export class LogBook {
    entries = $state.raw<Entry[]>([]);
    /** Whether the board has told its lines: until then none is not the same as none. */
    known = $state(false);
    #last = 0;
    #bootId = "";
    #loading: Promise<void> | undefined;

    /** Fetches what came after the newest line that is known. A board that was started anew counts anew. */
    load(bootId = this.#bootId): Promise<void> {
        if (bootId !== this.#bootId) {
            this.#clear();
            this.#loading = undefined; // what is under way is of the start before
        }
        this.#bootId = bootId;
        if (this.#loading) return this.#loading;
        const loading = this.#load(bootId).finally(() => {
            if (this.#loading === loading) this.#loading = undefined;
        });
        this.#loading = loading;
        return loading;
    }

    async #load(bootId: string): Promise<void> {
        const { data } = await send<Logs>("GET", `/api/v1/logs?since=${this.#last}&boot_id=${bootId}`);
        const isOfAnotherStart = data.boot_id !== undefined && data.boot_id !== bootId;
        if (bootId !== this.#bootId || isOfAnotherStart) return;
        this.known = true;
        const gap: Entry[] = data.gap > 0 && this.#last > 0 ? [{ gap: data.gap, seq: this.#last }] : [];
        this.#add([...gap, ...data.lines]);
    }

    #clear(): void {
        this.entries = [];
        this.known = false;
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

/** One for as long as the page is open: what was seen stays, also when the board is gone. */
export const logBook = new LogBook();
