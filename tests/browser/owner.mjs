// A board's owner and people as a person makes them: by the forms of the page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, openPage, owner, untilLive } from "./support.mjs";

export const password = "correct horse battery";

/** What the board has written for its owner to be: gone once there is one. */
export const setupCode = (board) => readFileSync(join(board.data, "setup-code"), "utf8").trim();

export const button = (part, name) => part.getByRole("button", { name, exact: true });
export const region = (page, name) => page.getByRole("region", { name, exact: true });
const field = (part, label) => part.getByLabel(label, { exact: true });

export async function fillClaim(page, code, secret = password, again = secret) {
    const form = page.getByRole("form", { name: "Become the owner" });
    await field(form, "Set-up code").fill(code);
    await field(form, "Password").fill(secret);
    await field(form, "Password again").fill(again);
    return form;
}

/** A page whose person has just become the board's owner, named `owner`. */
export async function openOwner(browser, board, path = "", options = {}) {
    const opened = await openPage(browser, `${board.url}/`, options);
    const form = await fillClaim(opened.page, setupCode(board));
    await button(form, "Become the owner").click();
    await button(opened.page, "Signed in as owner").waitFor();
    if (path !== "") await opened.page.goto(`${board.url}/${path}`);
    await untilLive(opened.page);
    return opened;
}

/** Fills the sign-in, wherever the page shows it, and sends it. */
export async function signIn(page, user, secret = password) {
    const form = page.getByRole("form", { name: "Sign in" });
    await field(form, "Name").fill(user);
    await field(form, "Password").fill(secret);
    await form.getByRole("button", { name: "Sign in" }).click();
}

export async function openSignedIn(browser, board, user, secret, options = {}) {
    const opened = await openPage(browser, `${board.url}/`, options);
    await signIn(opened.page, user, secret);
    await button(opened.page, `Signed in as ${user}`).waitFor();
    await untilLive(opened.page);
    return opened;
}

/**
 * Waits for something on the page of a board's owner that restarts meanwhile, perhaps more than once: each restart
 * signs everybody out, and the owner in again.
 */
export const untilAfterRestart = (page, wanted, timeoutMs = 30_000) =>
    eventually(
        async () => {
            const brief = { timeout: 1_000 };
            const form = page.getByRole("form", { name: "Sign in" });
            if (await form.isVisible()) {
                const typed = field(form, "Password").fill(owner.password, brief);
                await typed.then(() => page.keyboard.press("Enter")).catch(() => undefined); // it has just gone
            }
            return (await form.isVisible()) ? 0 : wanted.count();
        },
        (count) => count > 0,
        timeoutMs,
    );

/** On the settings page of an owner. */
export async function addPerson(page, name, role, secret = password) {
    const people = region(page, "People");
    await button(people, "Add somebody…").click();
    const form = page.getByRole("form", { name: "Add somebody" });
    await field(form, "Name").fill(name);
    await form.getByText(role, { exact: true }).click();
    await field(form, "Password").fill(secret);
    await field(form, "Password again").fill(secret);
    await button(form, "Add").click();
    await people.getByText(`${name} can sign in now.`).waitFor();
}

/** On the settings page of an owner; the token itself. */
export async function makeToken(page, name, role) {
    const tokens = region(page, "Tokens");
    await button(tokens, "Make a token…").click();
    const form = page.getByRole("form", { name: "Make a token" });
    await field(form, "What it is for").fill(name);
    await form.getByText(role, { exact: true }).click();
    await button(form, "Make it").click();
    const made = tokens.locator("#made-token");
    await made.waitFor();
    return made.inputValue();
}

/** Status and body of a request of a program. */
export async function ask(board, token, path, method = "GET", body) {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
    const answer = await fetch(`${board.url}/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}
