export { default as Claim } from "./owner/Claim.svelte";
export { default as SignInDialog } from "./owner/SignInDialog.svelte";
export { default as SignInView } from "./owner/SignInView.svelte";
export { default as Taken } from "./owner/Taken.svelte";
export { default as Settings } from "./pages/Settings.svelte";
