// Every page in every state, each with the steps that lead to it.

import { deskStates } from "./states/desk.ts";
import { ownerStates } from "./states/desk_owner.ts";
import { shopStates } from "./states/shop.ts";
import type { State } from "./states/actions.ts";

export const states: State[] = [...shopStates, ...deskStates, ...ownerStates];
