import { ApiError, send } from "./api";
import { board } from "./board.svelte";
import type { Info } from "./types";

const askEveryMs = 500;
const backMsMax = 90_000;
/** A request whose answer was lost may have reached the board. */
const unansweredMsMax = 15_000;

/** Starts the board anew, and waits until it answers as another boot. */
export async function restartBoard(): Promise<Info> {
    let before = board.bootId;
    let lost: ApiError | undefined;
    try {
        before = (await send<{ boot_id: string }>("POST", "/api/v1/restart")).data.boot_id;
    } catch (error) {
        lost = error as ApiError;
        if (lost.status !== 0) throw lost;
    }
    const until = performance.now() + (lost ? unansweredMsMax : backMsMax);
    while (performance.now() < until) {
        await pause(askEveryMs);
        const info = await send<Info>("GET", "/api/v1/info", { timeoutMs: 2_000 }).catch(() => undefined);
        if (info === undefined || info.data.boot_id === before) continue;
        board.retryNow();
        return info.data;
    }
    throw lost ?? new ApiError(0, "gone", "The board has not come back. Look at its power and its network.");
}

export function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
