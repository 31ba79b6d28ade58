import { ApiError, send } from "./api";
import { board } from "./board.svelte";
import type { Settings } from "./types";

const path = "/api/v1/settings";

/** The board's settings as a form: what the board has, what the user typed, and what the board says to it. */
export class SettingsForm {
    name = $state("");
    periodMs = $state<number | null>(null);
    loaded = $state.raw<Settings>();
    problem = $state.raw<ApiError | null>(null);
    message = $state<string | null>(null);
    saving = $state(false);
    #etag: string | null = null;

    get changed(): boolean {
        return this.loaded?.name !== this.name || this.loaded.telemetry.period_ms !== this.periodMs;
    }

    async load(): Promise<void> {
        try {
            const answer = await send<Settings>("GET", path);
            this.#take(answer.data, answer.etag);
        } catch (error) {
            this.problem = error as ApiError;
        }
    }

    async save(): Promise<void> {
        this.saving = true;
        this.problem = null;
        this.message = null;
        try {
            const body = { name: this.name, telemetry: { period_ms: this.periodMs } };
            const contentType = "application/merge-patch+json";
            const answer = await send<Settings>("PATCH", path, { body, contentType, ifMatch: this.#etag });
            this.#take(answer.data, answer.etag);
            this.message = "Saved.";
            void board.loadInfo();
        } catch (error) {
            if (error instanceof ApiError && error.status === 412) {
                await this.load();
                this.message =
                    "Somebody else changed these settings meanwhile. They are shown now, and yours were not saved.";
            } else {
                this.problem = error as ApiError;
            }
        } finally {
            this.saving = false;
        }
    }

    #take(settings: Settings, etag: string | null): void {
        this.loaded = settings;
        this.name = settings.name;
        this.periodMs = settings.telemetry.period_ms;
        this.#etag = etag;
    }
}
