import { beforeEach, expect, test, vi } from "vitest";
import { ApiError, onSignInWanted, send } from "../src/lib/api";
import { board } from "../src/lib/board.svelte";
import { Session } from "../src/lib/session.svelte";
import * as vectors from "./vectors";

const owner = { user: "owner", role: "owner" } as const;
const key = "boardwalk.signed-in";

/** What the board answers to each request in turn, by "METHOD path". */
let answers: Record<string, [number, object?][]>;
let asked: string[];
let session: Session;
const reload = vi.fn<() => void>();

const refused = (): [number, object] => vectors.refusal("sign_in") as [number, object];
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
    localStorage.clear();
    [answers, asked] = [{}, []];
    reload.mockReset();
    vi.spyOn(location, "reload").mockImplementation(reload);
    vi.spyOn(board, "renew").mockReturnValue();
    vi.stubGlobal("fetch", async (url: string, { method }: { method: string }) => {
        const request = `${method} ${new URL(url).pathname.replace(/.*\/api\/v1\//, "")}`;
        asked.push(request);
        const [status, body] = answers[request]?.shift() ?? [404];
        return new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status });
    });
    session = new Session();
    session.start();
    return () => {
        session.stop();
        vi.restoreAllMocks();
    };
});

/** A tab of a browser that has a session. */
async function signedIn(): Promise<void> {
    localStorage.setItem(key, "owner");
    answers["GET session"] = [[200, owner]];
    session.stop();
    session = new Session();
    session.start();
    await settled();
}

test("of a board that nobody owns nothing is asked, and everybody may look", async () => {
    session.settle(false);
    await settled();
    expect(asked).toEqual([]);
    expect([session.known, session.who, session.may("viewer"), session.may("operator")]).toEqual([true, null, true, false]);
});

test("a browser that forgot who was signed in, but not the cookie, asks once, and its other tabs learn of it", async () => {
    answers["GET session"] = [[200, owner]];
    session.settle(true);
    session.settle(true);
    await settled();
    expect([asked, session.who, localStorage.getItem(key)]).toEqual([["GET session"], owner, "owner"]);
});

test("a stranger is told of as one, and asks no more", async () => {
    answers["GET session"] = [refused()];
    session.settle(true);
    await settled();
    session.settle(true);
    session.lookAgain();
    expect(asked).toEqual(["GET session"]);
    expect([session.known, session.who, session.may("viewer"), session.may("operator")]).toEqual([true, null, true, false]);
});

test("a browser that was signed in asks whether it still is", async () => {
    await signedIn();
    expect(asked).toEqual(["GET session"]);
    expect(session.who).toEqual(owner);
    expect(session.may("owner")).toBe(true);
});

test("a session that has ended meanwhile is no longer told of, and nobody is asked to sign in for it", async () => {
    localStorage.setItem(key, "owner");
    answers["GET session"] = [refused()];
    session.stop();
    session = new Session();
    session.start();
    await settled();
    expect([session.known, session.who, session.wish]).toEqual([true, null, null]);
    expect(localStorage.getItem(key)).toBe(null);
    expect(session.lastUser).toBe("owner");
});

test("a refused act asks for a sign-in, and is done after it", async () => {
    await signedIn();
    answers["PATCH settings"] = [refused(), [200, vectors.settings({ name: "Cellar" })]];
    answers["GET session"] = [refused()];
    const act = send<{ name: string }>("PATCH", "/api/v1/settings", { body: {} });
    await settled();
    expect(session.wish).toBe("ended");
    expect(session.may("owner")).toBe(true); // the page stays as it is meanwhile
    session.signedIn(owner);
    expect((await act).data.name).toBe("Cellar");
    expect(session.wish).toBe(null);
    expect(asked.filter((request) => request === "PATCH settings").length).toBe(2);
    expect(reload).not.toHaveBeenCalled();
});

test("whoever would not sign in is told why the act was not done, and nothing is asked twice", async () => {
    await signedIn();
    answers["PATCH settings"] = [refused()];
    answers["GET session"] = [refused()];
    const act = send("PATCH", "/api/v1/settings", { body: {} }).catch((error: ApiError) => error.code);
    await settled();
    session.dismiss();
    expect(await act).toBe("sign_in");
    expect(asked.filter((request) => request === "PATCH settings").length).toBe(1);
    expect([session.wish, session.may("operator")]).toEqual([null, false]);
});

test("an act that was refused before another tab signed in is done at once", async () => {
    await signedIn();
    answers["PATCH settings"] = [refused(), [200, vectors.settings()]];
    answers["GET session"] = [[200, owner]];
    await send("PATCH", "/api/v1/settings", { body: {} });
    expect(session.wish).toBe(null);
});

test("what only looks asks nobody to sign in, and neither does signing in itself", async () => {
    const asks = vi.fn(async () => true);
    onSignInWanted(asks);
    answers["GET users"] = [refused()];
    answers["DELETE session"] = [refused()];
    await expect(send("GET", "/api/v1/users")).rejects.toThrow(ApiError);
    await expect(send("DELETE", "/api/v1/session", { forItself: true })).rejects.toThrow(ApiError);
    expect(asks).not.toHaveBeenCalled();
});

test("a session that the board ends is said once, and only to whom it had", async () => {
    session.ended(); // a board that lets no stranger look
    expect([session.wish, session.known]).toEqual([null, true]);
    await signedIn();
    board.onSignedOut();
    expect([session.who, session.wish]).toEqual([null, "ended"]);
    expect(localStorage.getItem(key)).toBe(null);
});

test("signing out in one tab is noticed in the others, and so is signing in", async () => {
    await signedIn();
    localStorage.removeItem(key);
    window.dispatchEvent(Object.assign(new Event("storage"), { key }));
    expect([session.who, session.wish]).toEqual([null, "ended"]);
    localStorage.setItem(key, "owner");
    answers["GET session"] = [[200, owner]];
    window.dispatchEvent(Object.assign(new Event("storage"), { key }));
    await settled();
    expect([session.who, session.wish]).toEqual([owner, null]);
    expect(board.renew).toHaveBeenCalled();
});

test("whoever signs out leaves nothing on the page, and one whose session had ended already is out, too", async () => {
    for (const answer of [[204], refused()] as [number, object?][]) {
        await signedIn();
        answers["DELETE session"] = [answer];
        await session.signOut();
        expect(reload).toHaveBeenCalledTimes(1);
        expect(localStorage.getItem(key)).toBe(null);
        reload.mockReset();
    }
});

test("a board that does not answer has signed nobody out, and that is said", async () => {
    await signedIn();
    answers["DELETE session"] = [[500]];
    await expect(session.signOut()).rejects.toThrow("500");
    expect(session.who).toEqual(owner);
    expect(reload).not.toHaveBeenCalled();
});

test("another person begins with a page of their own", async () => {
    board.apply(vectors.snapshot());
    await signedIn();
    session.ended();
    session.signedIn({ user: "Anna", role: "viewer" });
    expect(reload).toHaveBeenCalledTimes(1);
});

test("a new password of one's own begins another session, of which nobody is asked", async () => {
    await signedIn();
    await session.renewing(async () => {
        board.onSignedOut(); // the stream was closed with the session
        return owner;
    });
    expect([session.who, session.wish]).toEqual([owner, null]);
});

test("a new password whose sign-in fails leaves the page to find out whether it is signed in", async () => {
    await signedIn();
    answers["GET session"] = [refused()];
    await expect(session.renewing(() => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    await settled();
    expect([session.who, session.wish]).toEqual([null, "ended"]);
});

test("what the board said of before a sign-in signs nobody out", async () => {
    answers["GET session"] = [refused()];
    const looking = session.look();
    session.signedIn(owner);
    await looking;
    expect([session.who, session.wish]).toEqual([owner, null]);
});
