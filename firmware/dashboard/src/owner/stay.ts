const key = "boardwalk.stay";

/** Whether whoever signs in on this device wants to stay signed in: what was chosen last. */
export const stay = {
    get chosen(): boolean {
        try {
            return localStorage.getItem(key) === "yes";
        } catch {
            return false;
        }
    },
    choose(wanted: boolean): void {
        try {
            localStorage.setItem(key, wanted ? "yes" : "no");
        } catch {
            // Private windows may refuse; it is then asked again.
        }
    },
};
