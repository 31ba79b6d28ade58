import uPlot from "uplot";
import { clock, figure, uptime } from "../lib/format";
import type { Reading } from "../lib/types";
import type { Columns, Stroke } from "./series";

export interface PlotView {
    /** The span of time shown, in the seconds of the columns. */
    span: [number, number];
    /** Whether those seconds are wall clock, or the board's uptime. */
    isClock: boolean;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

export function timeLabel(seconds: number, isClock: boolean, step: number): string {
    return isClock ? clock(seconds * 1000, step < 60) : uptime(seconds * 1000);
}

/** Lines, and the ends of the value axis: never so close that the last digit's noise fills the plot. */
function valueRange(decimals: number) {
    return (_: uPlot, low: number | null, high: number | null): [number, number] => {
        if (low === null || high === null) return [0, 1];
        const least = 10 ** -decimals * 8;
        const missing = Math.max(0, least - (high - low)) / 2;
        const pad = Math.max(high - low, least) * 0.08;
        const bottom = low - missing - pad;
        return [low >= 0 && bottom < 0 ? 0 : bottom, high + missing + pad];
    };
}

interface Parts {
    readings: readonly Reading[];
    lines: readonly Stroke[];
    view: () => PlotView;
    labelled: boolean;
    width: number;
    height: number;
    onCursor: (index: number | null) => void;
}

/** One plot of one unit. Colours are read when it draws, so that a change of theme only needs a redraw. */
export function makePlot(target: HTMLElement, data: Columns, parts: Parts): uPlot {
    const css = getComputedStyle(document.documentElement);
    const colour = (name: string) => () => css.getPropertyValue(name).trim();
    const decimals = Math.max(...parts.readings.map((reading) => reading.decimals));
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis: uPlot.Axis = { stroke: colour("--muted"), font, ticks: { show: false } };
    const grid = { stroke: colour("--line"), width: 1 };
    return new uPlot(
        {
            width: parts.width,
            height: parts.height,
            padding: [8, 12, parts.labelled ? 0 : 6, 0],
            legend: { show: false },
            cursor: {
                sync: { key: "boardwalk" },
                drag: { x: false, y: false },
                points: { size: 7 },
                y: false,
            },
            scales: {
                x: { time: false, range: () => parts.view().span },
                y: { range: valueRange(decimals) },
            },
            axes: [
                {
                    ...axis,
                    grid: { show: false },
                    size: parts.labelled ? 30 : 4,
                    space: 72,
                    incrs: steps,
                    values: (_, splits, __, ___, step) =>
                        splits.map((at) => (parts.labelled ? timeLabel(at, parts.view().isClock, step) : "")),
                },
                {
                    ...axis,
                    grid,
                    size: 58,
                    space: 36,
                    values: (_, splits, __, ___, step) =>
                        splits.map((at) =>
                            figure(at, Math.max(0, Math.min(6, -Math.floor(Math.log10(step))))),
                        ),
                },
            ],
            series: [
                {},
                ...parts.lines.map((line): uPlot.Series => ({
                    stroke: colour(line.colour),
                    dash: line.dash,
                    width: 2,
                    points: { show: false },
                    spanGaps: false,
                })),
            ],
            hooks: { setCursor: [(plot) => parts.onCursor(plot.cursor.idx ?? null)] },
        },
        data as uPlot.AlignedData,
        target,
    );
}
