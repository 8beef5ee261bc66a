/** The page of one trace: the lines stand in it. */
import type { TraceLine } from "../trace/format.ts";
import { pictureOf } from "./picture.ts";
import { atEvent, startOf } from "./player.ts";
import { showTheme } from "./preferences.ts";
import { byId, RunPage } from "./run-page.ts";

showTheme();
const picture = pictureOf(JSON.parse(byId("trace").textContent) as TraceLine[]);
const linked = /^#n=(\d+)$/u.exec(location.hash)?.[1];
new RunPage(picture, linked === undefined ? startOf(picture) : atEvent(picture, Number(linked)));
