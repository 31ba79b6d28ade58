import { clock, uptime } from "../lib/format";
import type { Reading } from "../lib/types";

export interface PlotView {
    /** The span of time shown, in the seconds of the columns. */
    span: [number, number];
    /** Whether those seconds are wall clock, or the board's uptime. */
    isClock: boolean;
}

export const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

export function timeLabel(seconds: number, isClock: boolean, step: number): string {
    return isClock ? clock(seconds * 1000, step < 60) : uptime(seconds * 1000);
}

/** As many decimals as the lines of the axis have: 0.25 takes two, and 2.5 one. */
export function decimalsOf(step: number): number {
    for (let decimals = 0; decimals < 6; decimals += 1) {
        const scaled = step * 10 ** decimals;
        if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
    }
    return 6;
}

/**
 * Lines, and the ends of the value axis: never so close that the last digit's noise fills the plot, and not beyond
 * what the readings can be, unless one of them is.
 */
export function valueRange(readings: readonly Reading[]) {
    const decimals = Math.max(...readings.map((reading) => reading.decimals));
    const least = 10 ** -decimals * 8;
    const [min, max] = [readings.map((reading) => reading.min), readings.map((reading) => reading.max)];
    const floor = min.includes(null) ? -Infinity : Math.min(...(min as number[]));
    const highest = max.includes(null) ? Infinity : Math.max(...(max as number[]));
    const ceiling = highest > floor ? highest : Infinity;
    return (_: unknown, low: number | null, high: number | null): [number, number] => {
        if (low === null || high === null) return [0, 1];
        const missing = Math.max(0, least - (high - low)) / 2;
        const pad = Math.max(high - low, least) * 0.08;
        const bottom = low - missing - pad;
        const top = high + missing + pad;
        const end = high <= ceiling ? Math.min(top, ceiling) : top;
        const lowest = low >= 0 && bottom < 0 ? 0 : bottom;
        return [low >= floor ? Math.max(lowest, Math.min(floor, end)) : lowest, end];
    };
}
