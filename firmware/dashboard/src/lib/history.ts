import type { Sample } from "./types";

/** Points kept of each series: an hour at the usual period of a second. */
export const pointsMax = 3_600;

/** One series over the board's uptime, which only grows. A null is a gap. */
export class Track {
    t: number[] = [];
    v: (number | null)[] = [];

    get lastMs(): number {
        return this.t.at(-1) ?? -1;
    }

    /** Adds what the stream brought. What is older than the newest point is not news. */
    append(uptimeMs: number, value: number | null): void {
        if (uptimeMs <= this.lastMs) return;
        this.t.push(uptimeMs);
        this.v.push(value);
        const excess = this.t.length - pointsMax;
        if (excess > 256) {
            this.t.splice(0, excess);
            this.v.splice(0, excess);
        }
    }

    /** This computer's clock ran ahead of the board's: what it dated later than the board's now is not news yet. */
    forgetAfter(uptimeMs: number): void {
        while (this.lastMs > uptimeMs) {
            this.t.pop();
            this.v.pop();
        }
    }

    /** Puts the board's own samples in the place of whatever stood in their span. */
    merge(samples: readonly Sample[]): void {
        const first = samples[0];
        const last = samples.at(-1);
        if (!first || !last) return;
        const before = this.t.findIndex((t) => t >= first[0]);
        const after = this.t.findIndex((t) => t > last[0]);
        const head = before < 0 ? this.t.length : before;
        const tail = after < 0 ? this.t.length : after;
        this.t.splice(head, tail - head, ...samples.map((sample) => sample[0]));
        this.v.splice(head, tail - head, ...samples.map((sample) => sample[1]));
    }
}
