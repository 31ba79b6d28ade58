/** The wall clock in whole seconds, ticking only while something on the page reads it. */
import { createSubscriber } from "svelte/reactivity";

const subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
});

export function nowMs(): number {
    subscribe();
    return Date.now();
}
