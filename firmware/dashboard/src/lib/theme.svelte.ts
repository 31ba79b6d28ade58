export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "boardwalk.theme";

/** The colours that this browser was told to use; without a word, those of its system. */
class ThemeChoice {
    choice = $state<Theme>(themes.find((theme) => theme === stored()) ?? "system");
    /** Grows when the colours change, by hand or by the system: canvases must be drawn again. */
    changes = $state(0);

    constructor() {
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (this.changes += 1));
        this.#show();
    }

    choose(theme: Theme): void {
        this.choice = theme;
        try {
            localStorage.setItem(key, theme);
        } catch {
            // Private windows may refuse; the choice then lasts as long as the page.
        }
        this.#show();
    }

    #show(): void {
        if (this.choice === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = this.choice;
        this.changes += 1;
    }
}

function stored(): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null;
    }
}

export const theme = new ThemeChoice();
