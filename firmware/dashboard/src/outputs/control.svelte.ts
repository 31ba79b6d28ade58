import { ApiError, send } from "../lib/api";
import { board } from "../lib/board.svelte";
import type { OutputValue } from "../lib/types";

/** A slider sends at most this often while it is dragged. */
export const sendEveryMs = 120;

const pressedMs = 2_000;

interface Confirmed {
    id: string;
    value: OutputValue;
    seq: number;
}

/**
 * What the user asked of one output, shown before the board has agreed. One request is under way at a time and only
 * the newest wish waits behind it; when the board says no, the board's own value is shown again, and why. Without an
 * answer nothing is known until the board's next word on its state.
 */
export class OutputControl {
    /** Undefined: nothing is wished for that the board has not said yes to. */
    wish = $state<OutputValue | undefined>(undefined);
    /** How much the board had said by then, and its value: what is unknown ends with the next word, a refusal with the
     *  next value. */
    #failed = $state.raw<{ text: string; unknown: boolean; words: number; value: OutputValue | undefined } | null>(null);

    /** The board has just said yes to a press, which leaves nothing else to see. */
    pressed = $state(false);
    #fade: ReturnType<typeof setTimeout> | undefined;

    #next: OutputValue | undefined;
    #busy = false;

    constructor(
        private readonly id: string,
        /** Pressing a button leaves no value behind that would tell whether it was. */
        private readonly leavesValue = true,
    ) {}

    get error(): string | null {
        const failed = this.#failed;
        if (failed === null) return null;
        if (!failed.unknown) return this.#value === failed.value ? `was not changed. ${failed.text}` : null;
        if (!this.leavesValue) return `may or may not have been pressed. ${failed.text}`;
        return board.words > failed.words ? null : `may or may not have changed. ${failed.text}`;
    }

    get #value(): OutputValue | undefined {
        return board.outputs.find((output) => output.id === this.id)?.value;
    }

    set(value: OutputValue): void {
        this.wish = value;
        this.pressed = false;
        this.#failed = null;
        this.#next = value;
        if (!this.#busy) void this.#run();
    }

    #showPressed(): void {
        this.pressed = true;
        clearTimeout(this.#fade);
        this.#fade = setTimeout(() => (this.pressed = false), pressedMs);
    }

    async #run(): Promise<void> {
        this.#busy = true;
        while (this.#next !== undefined) {
            const value = this.#next;
            this.#next = undefined;
            const startedAt = performance.now();
            const { bootId } = board;
            try {
                const path = `/api/v1/outputs/${encodeURIComponent(this.id)}`;
                const { data } = await send<Confirmed>("PUT", path, { body: { value } });
                board.confirm(this.id, data.value, data.seq, bootId);
                if (!this.leavesValue) this.#showPressed();
            } catch (error) {
                this.#next = undefined;
                const unknown = error instanceof ApiError && error.status === 0;
                const text = error instanceof ApiError ? error.message : String(error);
                this.#failed = { text, unknown, words: board.words, value: this.#value };
                break;
            }
            const rest = sendEveryMs - (performance.now() - startedAt);
            if (this.#next !== undefined && rest > 0)
                await new Promise((resolve) => setTimeout(resolve, rest));
        }
        this.#busy = false;
        this.wish = undefined;
    }
}
