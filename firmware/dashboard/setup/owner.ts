// What the set-up page needs to make an owner and to know one again, as one script of its own.
export { claim, signIn } from "../src/owner/protocol";
export { complaintOf } from "../src/owner/password";
export { setupCodeOf } from "../src/owner/setup_code";
