import type { Track } from "../lib/history";
import type { Reading } from "../lib/types";

/** Columns as uPlot takes them: seconds, then one column a series; null is a gap, undefined is nothing to say. */
export type Columns = [number[], ...(number | null | undefined)[][]];

/** A shorter pause between two samples is never a hole. */
export const holeMsMin = 5_000;
/** A pause of this many times the usual one is. */
const holePeriods = 2.5;

/**
 * Whether samples are missing before the one at `index`: the line is broken there. The usual pause is that before
 * or after this one, so that a board with a long telemetry period, or one that was changed, has no holes. Two samples alone do not tell what is usual.
 */
export function isHole(times: readonly number[], index: number): boolean {
    const pause = (at: number): number => (times[at] ?? Number.NaN) - (times[at - 1] ?? Number.NaN);
    const usual = Math.max(pause(index - 1) || 0, pause(index + 1) || 0);
    return usual > 0 && pause(index) > Math.max(holeMsMin, holePeriods * usual);
}

/** How long the newest value holds without another. */
const holdsMs = ({ t }: Track): number =>
    Math.max(holeMsMin, holePeriods * ((t.at(-1) ?? 0) - (t.at(-2) ?? t.at(-1) ?? 0)));

/** The tracks on one time axis, from `fromMs` on, with `nowMs` as the last point while the board is watched. */
export function columns(
    tracks: readonly Track[],
    fromMs: number,
    nowMs: number | null,
    offsetMs: number,
): Columns {
    const rows = new Map<number, (number | null | undefined)[]>();
    const row = (t: number): (number | null | undefined)[] => {
        const known = rows.get(t);
        if (known) return known;
        const fresh = new Array<number | null | undefined>(tracks.length).fill(undefined);
        rows.set(t, fresh);
        return fresh;
    };
    tracks.forEach((track, index) => {
        // One point before the window, so that the line enters from its edge.
        const first = Math.max(0, lowerBound(track.t, fromMs) - 1);
        for (let i = first; i < track.t.length; i += 1) {
            const t = track.t[i] ?? 0;
            const before = track.t[i - 1];
            if (i > first && before !== undefined && isHole(track.t, i)) row(before + 1)[index] = null;
            row(t)[index] = track.v[i];
        }
        if (nowMs !== null && nowMs > track.lastMs && nowMs - track.lastMs <= holdsMs(track))
            row(nowMs)[index] = track.v.at(-1);
    });
    const times = [...rows.keys()].sort((a, b) => a - b);
    return [
        times.map((t) => (t + offsetMs) / 1000),
        ...tracks.map((_, index) => times.map((t) => rows.get(t)?.[index])),
    ];
}

function lowerBound(values: readonly number[], limit: number): number {
    let low = 0;
    let high = values.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((values[middle] ?? 0) < limit) low = middle + 1;
        else high = middle;
    }
    return low;
}

export interface Stroke {
    /** The name of a CSS variable. */
    colour: string;
    dash: number[];
}

const colours = 6;
const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [12, 5], [4, 2]];

/**
 * By the reading's id. No two readings are drawn alike, and two lines in one plot differ in colour and in dashes, as
 * far as there are that many. A reading keeps its stroke, whatever else is chosen.
 */
export function strokesOf(readings: readonly Reading[]): Map<string, Stroke> {
    const taken = new Set<string>();
    const strokes = new Map<string, Stroke>();
    readings.forEach(({ id, unit }, index) => {
        const colour = `--series-${(index % colours) + 1}`;
        const isFree = (at: number): boolean => !taken.has(`${at} of ${unit}`) && !taken.has(`${at} in ${colour}`);
        const found = dashes.findIndex((_, at) => isFree(at));
        const dash = found < 0 ? index % dashes.length : found;
        taken.add(`${dash} of ${unit}`).add(`${dash} in ${colour}`);
        strokes.set(id, { colour, dash: dashes[dash] ?? [] });
    });
    return strokes;
}

/** Readings of one unit share a plot, so that no plot needs two scales. */
export function byUnit(readings: readonly Reading[]): Reading[][] {
    const plots = new Map<string, Reading[]>();
    for (const reading of readings) {
        plots.set(reading.unit, [...(plots.get(reading.unit) ?? []), reading]);
    }
    return [...plots.values()];
}
