import { FirstScreen } from "./firstScreen";

new FirstScreen();
