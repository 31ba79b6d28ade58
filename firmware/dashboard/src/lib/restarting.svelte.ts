import type { ApiError } from "./api";
import { board } from "./board.svelte";
import { restartBoard } from "./restart";

/** A restart that the user asks for. It is under way, and known of, wherever the user looks. */
export class Restarting {
    step = $state<"rest" | "sure" | "restarting">("rest");
    message = $state<string | null>(null);
    #failed = $state.raw<{ text: string; unheard: boolean; session: number; bootId: string } | null>(null);

    /** Without an answer the board may restart all the same, later than was waited for. */
    get problem(): string | null {
        const failed = this.#failed;
        if (!failed?.unheard || board.session === failed.session) return failed?.text ?? null;
        return board.bootId === failed.bootId ? "The board has not restarted." : null;
    }

    async restart(): Promise<void> {
        const { bootId } = board;
        this.message = this.#failed = null;
        this.step = "restarting";
        try {
            await restartBoard();
            this.message = "The board has restarted.";
        } catch (error) {
            const { message, status } = error as ApiError;
            this.#failed = { text: message, unheard: status === 0, session: board.session, bootId };
        } finally {
            this.step = "rest";
        }
    }
}

export const restarting = new Restarting();
