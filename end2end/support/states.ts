// Every page in every state that a person can meet, each with the way into it.

import { ofTheDesk } from "./states/desk.ts";
import { ofTheShop } from "./states/shop.ts";
import type { State } from "./states/ways.ts";

export const states: State[] = [...ofTheShop, ...ofTheDesk];
