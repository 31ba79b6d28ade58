import { ApiError, send } from "../lib/api";
import type { Person } from "../lib/session.svelte";
import type { Session } from "../lib/types";
import * as protocol from "./protocol";

const ask: protocol.Ask = async <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: object) =>
    (await send<T>(method, `/api/v1/${path}`, { body, forItself: true })).data;

/** Throws nothing but `ApiError`. */
async function person(session: Promise<Session>): Promise<Person> {
    try {
        const { user, role } = await session;
        return { user, role };
    } catch (error) {
        if (error instanceof protocol.UntrueBoard) throw new ApiError(0, "untrue_board", error.message);
        throw error;
    }
}

export const signIn = (user: string, password: string, stay: boolean): Promise<Person> =>
    person(protocol.signIn(ask, user, password, stay));

export const claimBoard = (code: string, user: string, password: string): Promise<Person> =>
    person(protocol.claim(ask, code, user, password));
