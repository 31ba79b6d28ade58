import { expect, test } from "vitest";
import { byUnit, columns, holeMsMin, strokesOf } from "../src/chart/series";
import { decimalsOf, timeLabel, valueRange } from "../src/chart/axis";
import { figure } from "../src/lib/format";
import { pointsMax, Track } from "../src/lib/history";
import type { Reading, Sample } from "../src/lib/types";
import * as vectors from "./vectors";

function track(...samples: Sample[]): Track {
    const made = new Track();
    for (const [t, v] of samples) made.append(t, v);
    return made;
}

test("the board's samples take the place of those in their span, and no others", () => {
    const live = track([10, 1], [20, 2], [30, 3], [40, 4]);
    live.merge([
        [15, 7],
        [25, null],
        [30, 9],
    ]);
    expect(live.t).toEqual([10, 15, 25, 30, 40]);
    expect(live.v).toEqual([1, 7, null, 9, 4]);
});

test("history that comes after the first live points goes before them", () => {
    const live = track([1000, 5]);
    live.merge([
        [100, 1],
        [900, 2],
    ]);
    expect(live.t).toEqual([100, 900, 1000]);
});

test("a point that is not newer is no news", () => {
    expect(track([10, 1], [10, 2], [5, 3]).v).toEqual([1]);
});

test("a track forgets its oldest points", () => {
    const long = new Track();
    for (let t = 0; t < pointsMax + 600; t += 1) long.append(t, t);
    expect(long.t.length).toBeLessThanOrEqual(pointsMax + 256);
    expect(long.lastMs).toBe(pointsMax + 599);
});

test("a null stays a gap, and a moment that another series has is no gap", () => {
    const [times, a, b] = columns([track([1000, 1], [2000, null], [3000, 3]), track([2500, 8])], 0, null, 0);
    expect(times).toEqual([1, 2, 2.5, 3]);
    expect(a).toEqual([1, null, undefined, 3]);
    expect(b).toEqual([undefined, undefined, 8, undefined]);
});

const every = (period: number, count: number, from = 0): Sample[] =>
    Array.from({ length: count }, (_, index) => [from + index * period, 1]);
const holes = (samples: Sample[]): number => columns([track(...samples)], 0, null, 0)[1]!.filter((v) => v === null).length;

test("a silence that is long for this board breaks the line", () => {
    const [, a] = columns([track([0, 1], [1000, 2], [1001 + holeMsMin, 3], [2001 + holeMsMin, 4])], 0, null, 0);
    expect(a).toEqual([1, 2, null, 3, 4]);
    expect(holes([...every(1_000, 60), ...every(1_000, 60, 129_000)])).toBe(1); // 70 s
    expect(holes([...every(1_000, 60), ...every(1_000, 60, 64_500)])).toBe(1);
});

test("a board that is read once in 20 s, or in a minute, is drawn as a line and not as holes", () => {
    for (const period of [100, 1_000, 15_000, 20_000, 60_000]) expect(holes(every(period, 10))).toBe(0);
    expect(holes([...every(20_000, 5), ...every(20_000, 5, 200_000)])).toBe(1);
});

test("a telemetry period that was changed is no hole", () => {
    expect(holes([...every(1_000, 30), ...every(20_000, 5, 49_000)])).toBe(0);
    expect(holes([...every(20_000, 5), ...every(1_000, 30, 100_000)])).toBe(0);
});

test("while the board is watched the line reaches to now; after a silence it does not", () => {
    const [times, a] = columns([track([1000, 4])], 0, 1500, 0);
    expect([times, a]).toEqual([
        [1, 1.5],
        [4, 4],
    ]);
    expect(columns([track([1000, 4])], 0, 1001 + holeMsMin, 0)[0]).toEqual([1]);
    expect(columns([track(...every(60_000, 2))], 0, 119_000, 0)[0]).toEqual([0, 60, 119]);
});

test("what this computer's clock dated later than the board's now is taken back", () => {
    const fast = track([1000, 1], [2000, 2], [3000, 3]);
    fast.forgetAfter(2500);
    fast.append(2900, 4);
    expect([fast.t, fast.v]).toEqual([
        [1000, 2000, 2900],
        [1, 2, 4],
    ]);
});

test("the labels of the value axis have the digits that its lines need", () => {
    const labels = (from: number, step: number): string[] =>
        [0, 1, 2, 3].map((line) => figure(from + line * step, decimalsOf(step)));
    expect(labels(27.75, 0.25)).toEqual(["27.75", "28.00", "28.25", "28.50"]);
    expect(labels(11_997.5, 2.5)).toEqual(["11\u202f997.5", "12\u202f000.0", "12\u202f002.5", "12\u202f005.0"]);
    expect([1, 2, 5, 10, 25, 0.5, 0.1, 0.2, 0.025, 0.001].map(decimalsOf)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 3, 3]);
});

test("the value axis ends where the readings do, unless one is beyond that", () => {
    const ends = valueRange([vectors.reading("a", { min: 0, max: 100, decimals: 1 })]);
    expect(ends(null, 99.9, 100)[1]).toBe(100);
    expect(ends(null, 0, 0)[0]).toBe(0);
    expect(ends(null, 20, 120)[1]).toBeGreaterThan(120);
    const free = valueRange([vectors.reading("a", { min: null, max: null })]);
    expect(free(null, 99.9, 100)[1]).toBeGreaterThan(100);
    expect(ends(null, null, null)).toEqual([0, 1]);
});

test("one point before the window is kept, so that the line enters from its edge; the clock shifts all", () => {
    const [times] = columns([track([0, 1], [1000, 2], [2000, 3], [3000, 4])], 2500, null, 5000);
    expect(times).toEqual([7, 8]);
});

const reading = (id: string, unit: string): Reading => vectors.reading(id, { unit });

test("lines that share a plot differ in colour and in dashes, and the first of each plot is solid", () => {
    const all = [reading("a", "%"), reading("b", "°C"), reading("c", "%")];
    const [a, b, c] = [...strokesOf(all).values()];
    expect([a?.dash, b?.dash]).toEqual([[], []]);
    expect(c?.dash).not.toEqual([]);
    expect(new Set([a?.colour, b?.colour, c?.colour]).size).toBe(3);
});

test("no two readings are drawn alike, however many there are, and lines of one plot differ in dashes", () => {
    const all = Array.from({ length: 24 }, (_, index) => reading(`r${index}`, `unit ${index % 8}`));
    const strokes = [...strokesOf(all).values()];
    expect(new Set(strokes.map((stroke) => JSON.stringify(stroke))).size).toBe(24);
    for (let unit = 0; unit < 8; unit += 1) {
        const inPlot = strokes.filter((_, index) => index % 8 === unit);
        expect(new Set(inPlot.map(({ dash }) => dash.join())).size).toBe(3);
    }
    const [first, second] = [all.map((one) => vectors.like(one, { unit: "%" })), all.slice(0, 7)];
    expect(strokesOf(first).size).toBe(24);
    expect(new Set([...strokesOf(second).values()].map((stroke) => JSON.stringify(stroke))).size).toBe(7);
});

test("readings of one unit share a plot", () => {
    const plots = byUnit([reading("a", "%"), reading("b", "°C"), reading("c", "%")]);
    expect(plots.map((plot) => plot.map((r) => r.id))).toEqual([["a", "c"], ["b"]]);
});

test("the axis shows the wall clock when the board has one, and the uptime otherwise", () => {
    const noon = new Date(2026, 0, 2, 12, 5, 7).getTime() / 1000;
    expect(timeLabel(noon, true, 10)).toBe("12:05:07");
    expect(timeLabel(noon, true, 60)).toBe("12:05");
    expect(timeLabel(245, false, 10)).toBe("4:05");
    expect(timeLabel(3845, false, 60)).toBe("1:04:05");
});
