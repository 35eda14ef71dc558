import { expect, it } from "vitest";
import { defaultCard } from "../client/cards/default-card.js";
import { taskspecCard } from "../client/cards/taskspec-card.js";
import type { Task } from "../client/task.js";
import type { Card } from "../contracts/card.js";
import { cardRules, cardSuite } from "./card-suite.js";

const good = defaultCard as Card;
cardSuite("default", good);
cardSuite("taskspec_card", taskspecCard as Card);

const changed = (change: (html: string, task: Task) => string | Promise<string>): Card => ({
  ...good,
  render: async (request) => change(await good.render(request), request.task as Task),
});

/** For every rule a card that breaks it. */
const bugs: Record<string, Card> = {
  "its name can be written on the command line": { ...good, name: "two words" },
  "it is one HTML document": changed((html) => html.replace("</html>", "")),
  "it loads nothing from elsewhere": changed((html) =>
    html.replace("</head>", '<script src="https://cdn.example/x.js"></script></head>'),
  ),
  "names and values of artifacts are escaped": changed((html, task) =>
    html.replace(
      "</body>",
      `${task
        .artifacts()
        .map(({ name }) => name)
        .join()}</body>`,
    ),
  ),
  "a large value makes no large card": changed(async (html, task) => {
    const values = await Promise.all(task.artifacts().map((artifact) => artifact.value()));
    return html.replace("</body>", `<pre>${values.map(String).join("").replaceAll("<", "&lt;")}</pre></body>`);
  }),
};

it("has a broken card for every rule", () => {
  expect(cardRules(good).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

it.each(Object.entries(bugs))("%s: catches a broken card", async (name, card) => {
  const rule = cardRules(card).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});
