import { mount } from "svelte";
import "./fonts.css";
import "./tokens.css";
import "./base.css";
import { readLangue } from "./i18n/langue";
import Root from "./Root.svelte";

// Asked for at once, in parallel with the first answers of the API.
void import("./map/carte");

await readLangue();
const target = document.getElementById("app");
if (target) mount(Root, { target });
