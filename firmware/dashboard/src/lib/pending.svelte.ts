import { untrack } from "svelte";

/** How long a request may take before the page admits to be waiting. */
export const slowAfterMs = 300;

/** Counts the requests that are under way, and those of them that have become slow. */
class PendingRequests {
    count = $state(0);
    slow = $state(0);

    /** Counts one request until the returned function is called. */
    begin(): () => void {
        let isSlow = false;
        // An effect that sends a request must not run again because it did.
        untrack(() => (this.count += 1));
        const timer = setTimeout(() => {
            isSlow = true;
            this.slow += 1;
        }, slowAfterMs);
        return () => {
            clearTimeout(timer);
            this.count -= 1;
            if (isSlow) this.slow -= 1;
        };
    }
}

export const pendingRequests = new PendingRequests();
