import { mount } from "svelte";
import "./app.css";
import App from "./App.svelte";
import { board } from "./lib/board.svelte";
import { session } from "./lib/session.svelte";

session.start();
board.start();
mount(App, { target: document.getElementById("app")! });
