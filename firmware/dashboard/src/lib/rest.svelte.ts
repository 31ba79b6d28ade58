/**
 * What the first screen can do without: signing in, and what an owner does. One script, which a page that shows its
 * readings has fetched before somebody wants it: by then the board may be gone, or have the files of other firmware.
 */
class Rest {
    parts = $state.raw<typeof import("../rest")>();
    missing = $state(false);
    #loading = false;

    load(): void {
        if (this.#loading) return;
        this.#loading = true;
        this.missing = false;
        import("../rest").then(
            (parts) => (this.parts = parts),
            () => {
                this.missing = true;
                this.#loading = false;
            },
        );
    }
}

export const rest = new Rest();
