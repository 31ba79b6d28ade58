import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/lib/api";
import { board } from "../src/lib/board.svelte";
import { session } from "../src/lib/session.svelte";
import { ClaimForm, codeMsMax } from "../src/owner/claim_form.svelte";
import { People } from "../src/owner/people.svelte";
import { SignInForm } from "../src/owner/sign_in_form.svelte";
import { Tokens } from "../src/owner/tokens.svelte";
import Claim from "../src/owner/Claim.svelte";
import * as vectors from "./vectors";

const { claimBoard, signIn, send } = vi.hoisted(() => ({ claimBoard: vi.fn(), signIn: vi.fn(), send: vi.fn() }));
vi.mock("../src/owner/sign_in", () => ({ claimBoard, signIn }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

const owner = { user: "owner", role: "owner" } as const;
const words = "correct horse battery";
const refused = (status: number, code: string, more: object = {}, retryAfterS?: number): ApiError =>
    new ApiError(status, code, `told: ${code}`, { code, ...more }, retryAfterS);

beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval", "performance"] });
    localStorage.clear();
    for (const mock of [claimBoard, signIn, send]) mock.mockReset();
    vi.spyOn(board, "renew").mockReturnValue();
    session.who = null;
    session.lastUser = "";
    return () => {
        vi.restoreAllMocks();
        vi.useRealTimers();
    };
});

function claimForm(code = "7Q0K1M3Z", again = words): ClaimForm {
    const form = new ClaimForm();
    [form.code, form.password.typed, form.password.again] = [code, words, again];
    return form;
}

test("a board that has been up for longer than it takes its code says so", () => {
    board.apply(vectors.snapshot({ boot_id: "early", uptime_ms: codeMsMax - 1 }));
    expect(new ClaimForm().lateness).toBe(null);
    board.apply(vectors.snapshot({ boot_id: "late", uptime_ms: codeMsMax }));
    expect(new ClaimForm().lateness).toBe("15 min 0 s");
    board.apply(vectors.snapshot({ boot_id: "later", uptime_ms: 26 * 3_600_000 }));
    render(Claim);
    expect(screen.getByText(/It has been up\s+for 1 d 2 h: press the button, or restart it, first/)).toBeTruthy();
});

test("what is no code, no name or not twice the same password is not sent", async () => {
    await claimForm("7Q0K1M3").submit();
    await claimForm("7Q0K1M3Z", `${words} `).submit();
    const nameless = claimForm();
    nameless.user = " ";
    await nameless.submit();
    expect(nameless.userProblem).toBe("Type a name to sign in with.");
    expect(claimBoard).not.toHaveBeenCalled();
});

test("a password that is shown is typed once", async () => {
    claimBoard.mockResolvedValue(owner);
    const form = claimForm("7q0k 1m3z", "");
    form.password.shown = true;
    await form.submit();
    expect(claimBoard).toHaveBeenCalledWith("7Q0K1M3Z", "owner", words);
    expect(session.who).toEqual(owner);
    expect(form.password.typed).toBe("");
});

test("each refusal of a claim is told in words, and what was typed stays", async () => {
    const form = claimForm();
    for (const [error, code, problem] of [
        [refused(403, "wrong_code", { tries_left: 9 }), /not the code.*9 more tries/, null],
        [refused(403, "wrong_code", { tries_left: 1 }), /not the code.*one more try/, null],
        [refused(403, "wrong_code"), /not the code of this board\.$/, null],
        [refused(403, "claim_closed"), null, /Press its button, or restart it/],
        [refused(500, "storage_failed"), null, /told: storage_failed/],
        [refused(0, "timeout"), null, /told: timeout Whether the board has taken this is not known/],
    ] as [ApiError, RegExp | null, RegExp | null][]) {
        claimBoard.mockRejectedValue(error);
        await form.submit();
        if (code) expect(form.codeProblem).toMatch(code);
        else expect(form.codeProblem).toBe(undefined);
        if (problem) expect(form.problem).toMatch(problem);
        else expect(form.problem).toBe(null);
        expect([form.password.typed, session.who]).toEqual([words, null]);
    }
});

test("whoever was not the first has the page ask who the board is now", async () => {
    const loadInfo = vi.spyOn(board, "loadInfo").mockResolvedValue();
    claimBoard.mockRejectedValue(refused(409, "claimed"));
    const form = claimForm();
    await form.submit();
    expect(loadInfo).toHaveBeenCalledTimes(1);
    expect(form.problem).toBe(null);
});

function signInForm(): SignInForm {
    const form = new SignInForm();
    [form.user, form.password] = ["owner", words];
    return form;
}

test("after too many tries nothing is sent until the board takes another", async () => {
    for (const [told, wait] of [[27, 27], [undefined, 30]]) {
        const form = signInForm();
        signIn.mockReset().mockRejectedValue(refused(429, "too_many_tries", {}, told));
        await form.submit();
        expect(form.waitS).toBe(wait);
        vi.advanceTimersByTime(wait! * 1000 - 1);
        expect(form.waitS).toBe(1);
        await form.submit();
        expect(signIn).toHaveBeenCalledTimes(1);
        vi.advanceTimersByTime(1);
        signIn.mockResolvedValue(owner);
        expect(await form.submit()).toBe(true);
        expect([form.password, session.who]).toEqual(["", owner]);
    }
});

test("whoever chose to stay signed in is offered that the next time", async () => {
    const form = signInForm();
    expect(form.stay).toBe(false);
    form.stay = true;
    signIn.mockResolvedValue(owner);
    await form.submit();
    expect(signIn).toHaveBeenCalledWith("owner", words, true);
    expect(new SignInForm().stay).toBe(true);
});

test("a name of somebody is not given to another, and what the board refuses is told", async () => {
    send.mockImplementation(async (method: string) => {
        if (method === "GET") return { data: [{ name: "owner", role: "owner" }] };
        throw refused(409, method === "PUT" ? "full" : "last_owner");
    });
    const people = new People();
    await people.load();
    people.begin({ kind: "add" });
    [people.name, people.password.typed, people.password.again] = ["owner", words, words];
    await people.save();
    expect(people.nameProblem).toBe("There is somebody of this name already.");
    expect(send).toHaveBeenCalledTimes(1);
    people.name = "Anna";
    await people.save();
    expect(people.problem).toContain("4 people already");
    expect([people.name, people.password.typed]).toEqual(["Anna", words]);
    people.begin({ kind: "remove", name: "owner" });
    await people.remove();
    expect(people.problem).toContain("at least one owner");
});

test("a new token is there once, and the next thing that is begun hides it", async () => {
    send.mockImplementation(async (method: string) => ({
        data: method === "GET" ? [] : { id: "1", name: "Prometheus", role: "viewer", token: "secret" },
    }));
    const tokens = new Tokens();
    tokens.begin({ kind: "add" });
    await tokens.make();
    expect(tokens.nameProblem).toBe("Type what the token is for.");
    tokens.name = " Prometheus ";
    await tokens.make();
    expect(send).toHaveBeenCalledWith("POST", "/api/v1/tokens", { body: { name: "Prometheus", role: "viewer" } });
    expect([tokens.made?.token, tokens.act]).toEqual(["secret", null]);
    tokens.begin({ kind: "add" });
    expect(tokens.made).toBe(null);
});

test("the password fields tell their keepers what they are, and Enter sends the form", async () => {
    board.apply(vectors.snapshot());
    const form = claimForm("no code");
    render(Claim, { form });
    const kept = [...document.querySelectorAll("input")].map((input) => [input.id, input.autocomplete]);
    expect(kept).toEqual([
        ["claim-code", "off"],
        ["claim-user", "username"],
        ["claim-password", "new-password"],
        ["claim-password-again", "new-password"],
    ]);
    await fireEvent.submit(document.querySelector("form")!);
    await tick();
    expect(screen.getByRole("alert").textContent).toContain("8 letters and digits");
});
