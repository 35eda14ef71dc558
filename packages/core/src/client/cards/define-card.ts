import type { Card } from "../../contracts/card.js";
import type { Task } from "../task.js";

/** Declares a card for the list `cards` of a plugin. Returns what it is given; the types do the checking. */
export function defineCard<O>(card: Card<O, Task>): Card<O, Task> {
  return card;
}
