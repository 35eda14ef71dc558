import { defineCard } from "./define-card.js";
import { escapeHtml, page } from "./html.js";

/** The task's pathspec and nothing else, as Metaflow's card of that name. */
export const taskspecCard = defineCard({
  name: "taskspec_card",
  render: ({ task: { pathspec } }) => page(pathspec, `<p>${escapeHtml(pathspec)}</p>`),
});
