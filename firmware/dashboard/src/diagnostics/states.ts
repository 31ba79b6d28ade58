import type { SlotState } from "../lib/types";

interface Look {
    text: string;
    means: string;
    colour: string;
    /** A shape of its own, in a 16 × 16 box: colour is never the only sign. */
    path: string;
}

export const slotLooks: Record<SlotState, Look> = {
    free: {
        text: "free",
        means: "nobody is connected",
        colour: "--strong-line",
        path: "M3.5 2.5h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zm.5 1.5v8h8V4z",
    },
    silent: {
        text: "silent",
        means: "connected, and nothing was said yet",
        colour: "--strong-line",
        path: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2zm0 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
    },
    head: {
        text: "head",
        means: "its request's head is coming in",
        colour: "--warn",
        path: "M1.5 4h13L8 13.5z",
    },
    body: {
        text: "body",
        means: "its request's body is coming in",
        colour: "--warn",
        path: "M1.5 2h13v3h-13zM3 6.5h10L8 14z",
    },
    working: {
        text: "working",
        means: "a handler or a worker is at it",
        colour: "--violet",
        path: "M8 1l7 7l-7 7l-7-7z",
    },
    sending: {
        text: "sending",
        means: "its answer is going out",
        colour: "--accent",
        path: "M8 2l6.5 10.5h-13z",
    },
    idle: {
        text: "idle",
        means: "kept alive, holds no buffer",
        colour: "--teal",
        path: "M3 3h3.5v10H3zm6.5 0H13v10H9.5z",
    },
    websocket: {
        text: "websocket",
        means: "a live stream",
        colour: "--good",
        path: "M8 1.5A6.5 6.5 0 1 0 8 14.5A6.5 6.5 0 1 0 8 1.5z",
    },
};

export const slotStates = Object.keys(slotLooks) as SlotState[];
