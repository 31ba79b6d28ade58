import { ApiError, send, timeoutMs } from "./api";
import { board } from "./board.svelte";
import { readImageHeader } from "./image";
import { pause, restartBoard } from "./restart";
import type { Firmware, Job } from "./types";

const path = "/api/v1/firmware";
const jobKind = "firmware.update";
/** A large image over a weak radio link. */
const uploadMsMax = 15 * 60_000;
const askEveryMs = 1_000;
/** The board decides within 30 s, and may start twice in that time. */
const trialMsMax = 90_000;
/** No answer takes this long by itself: somebody was asked to sign in before it. */
const signInMsMin = 2 * timeoutMs;
/** What an upload without an answer may still need until it is stored, or given up by the board. */
const unansweredMsMax = 30_000;

/** New firmware, from a file to an image that has proven itself. */
export class FirmwareUpdate {
    running = $state.raw<Firmware>();
    step = $state<"choose" | "ready" | "sending" | "stored" | "restarting" | "trial">("choose");
    /** What the file says of itself. */
    version = $state("");
    /** Of what is sent, how much the board has stored; null while it does not say. */
    progress = $state<number | null>(null);
    problem = $state<string | null>(null);
    message = $state<string | null>(null);
    #file: File | undefined;
    /** Where the board has stored it. */
    #slot = "";
    /** No answer came: the problem lasts until the board is heard again, and says what became of it. */
    #unheard = false;

    async load(): Promise<void> {
        try {
            this.running = (await send<Firmware>("GET", path)).data;
        } catch (error) {
            if (this.problem === null) this.#fail(error as ApiError);
            return;
        }
        const unheard = this.#unheard;
        this.#unheard = false;
        if (unheard) this.problem = null;
        const { stored } = this.running;
        if (stored && (this.step === "choose" || this.step === "stored" || (unheard && this.step === "ready"))) {
            this.step = "stored";
            this.version = stored.version;
            this.#slot = stored.slot;
        } else if (stored === null && this.step === "stored") {
            this.step = "choose"; // another client started or discarded it
        } else if (unheard && this.step === "ready") {
            this.problem = "The board has not got the image. Install it again.";
        }
    }

    #fail({ message, status }: ApiError): void {
        this.problem = message;
        this.#unheard = status === 0;
    }

    async choose(file: File): Promise<void> {
        this.problem = this.message = null;
        this.step = "choose";
        const header = await readImageHeader(file);
        if (header === undefined) {
            this.problem = `${file.name} is no Boardwalk image. boardwalk-pack makes one from a firmware file.`;
        } else if (this.running && header.model !== this.running.model) {
            this.problem = `${file.name} is for the model “${header.model}”. This board is “${this.running.model}”.`;
        } else {
            this.#file = file;
            this.version = header.version;
            this.step = "ready";
        }
    }

    async install(): Promise<void> {
        this.problem = null;
        this.progress = null;
        this.step = "sending";
        let job: Job | undefined;
        const deaf = board.listen("job", (message) => {
            if (message.topic !== "job" || message.data.kind !== jobKind) return;
            job = message.data;
            this.progress = job.progress;
        });
        try {
            const { data } = await send<Job>("PUT", path, { body: this.#file, timeoutMs: uploadMsMax }).catch(
                (error: ApiError) => outcomeOf(job, error),
            );
            this.#slot = (data.result as { slot: string }).slot;
            this.step = "stored";
        } catch (error) {
            this.step = "ready";
            this.#fail(error as ApiError);
        } finally {
            deaf();
        }
    }

    /** The board goes on with the firmware that runs; a repeat finds nothing, which is what was wanted. */
    async discard(): Promise<void> {
        this.problem = null;
        const failure = await send("DELETE", path).then(
            () => null,
            (error: ApiError) => error,
        );
        if (failure) this.#fail(failure);
        else this.step = "choose";
        await this.load();
        if (this.step === "choose") this.message = `Firmware ${this.version} is discarded.`;
        else if (failure) this.problem = failure.message; // also when it was not answered: the image is there
    }

    async restart(): Promise<void> {
        this.problem = null;
        this.step = "restarting";
        try {
            await restartBoard();
            this.step = "trial";
            await this.#watchTrial();
            this.step = "choose";
        } catch (error) {
            this.step = this.step === "trial" ? "choose" : "stored";
            this.#fail(error as ApiError);
        }
    }

    /** Until the board has made up its mind. It may restart in between, and be away for a moment. */
    async #watchTrial(): Promise<void> {
        let until = performance.now() + trialMsMax;
        while (performance.now() < until) {
            await pause(askEveryMs);
            const askedAt = performance.now();
            // A restart signs everybody out: what the image does may be heard after the next sign-in.
            const answer = await send<Firmware>("GET", path, { isAct: true }).catch((error: ApiError) => {
                if (error.status === 401) throw error;
                return undefined;
            });
            if (performance.now() - askedAt > signInMsMin) until = performance.now() + trialMsMax;
            if (answer?.data.state !== "confirmed") continue;
            this.running = answer.data;
            void board.loadInfo();
            const { slot, version } = answer.data;
            if (slot === this.#slot) this.message = `Firmware ${this.version} runs now.`;
            else this.problem = `Firmware ${this.version} did not prove itself: the one before, ${version}, runs again.`;
            return;
        }
        throw new ApiError(0, "gone", "The board does not say how the new firmware does.");
    }
}

/** An upload that got no answer may have arrived all the same: its job tells. */
async function outcomeOf(job: Job | undefined, error: ApiError): Promise<{ data: Job }> {
    if (error.status !== 0 || job === undefined) throw error;
    const until = performance.now() + unansweredMsMax;
    while (performance.now() < until) {
        const answer = await send<Job>("GET", `/api/v1/jobs/${job.id}`).catch(() => undefined);
        if (answer?.data.state === "done") return answer;
        if (answer?.data.state === "failed") throw error;
        await pause(askEveryMs);
    }
    throw error;
}

/** One for as long as the page is open: an upload goes on, and is known of, wherever the user looks. */
export const firmwareUpdate = new FirmwareUpdate();
