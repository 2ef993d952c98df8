import { liveCharts } from "./liveCharts";
import { scrollable } from "./scrollable";
import { switchTheme } from "./theme";

const button = document.querySelector<HTMLButtonElement>("button.theme");
if (button) switchTheme(button);
liveCharts();
scrollable();
