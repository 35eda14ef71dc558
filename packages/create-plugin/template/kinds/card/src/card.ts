import { defineCard, escapeHtml, page } from "@metaflow-ts/core/plugin";

/** What a task left, as a table: `metaflow card get TrainFlow/latest/train --type acme-name`. */
export const acmeNameCard = defineCard({
  name: "acme-name",
  render({ task }) {
    const rows = task.artifacts().map(({ name, type, size }) => {
      const cells = [name, type, `${size} bytes`].map((text) => `<td>${escapeHtml(text)}</td>`);
      return `<tr>${cells.join("")}</tr>`;
    });
    return page(task.pathspec, `<h1>${escapeHtml(task.pathspec)}</h1><table>${rows.join("")}</table>`);
  },
});
