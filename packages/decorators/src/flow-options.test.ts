import { describe, expect, it } from "vitest";
import { checked, completed } from "../test/checked-options.js";
import { exitHook, namespacedEventName, project, schedule, trigger, triggerOnFinish } from "./index.js";
import { projectOf } from "./project.js";

describe("project", () => {
  const { definition } = project;

  it.each([[{ name: "fraud" }], [{ name: "a_1", branch: "x", production: true }], [{ name: "x".repeat(128) }]])(
    "takes %j",
    (given) => expect(completed(definition, given)).toEqual(given),
  );

  const EXPECTED = "small letters, digits and '_', at most 128 of them";
  it.each([
    [{}, ["name: is missing"]],
    [{ name: "" }, [`name: must be ${EXPECTED}, not ""`]],
    [{ name: "My-Project" }, [`name: must be ${EXPECTED}, not "My-Project"`]],
    [{ name: "x".repeat(129) }, [`name: must be ${EXPECTED}, not "${"x".repeat(129)}"`]],
    [{ name: "a", branch: "a.b" }, [`branch: must be ${EXPECTED}, not "a.b"`]],
    [{ name: "a", production: "yes" }, ['production: must be true or false, not "yes"']],
    [{ name: "a", prod: true }, ["prod: there is no such option; there are name, branch, production"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));

  const asked = { flow: "TrainFlow", user: "jane" };
  it.each([
    [{}, {}, "user.jane", false, true],
    [{}, { branch: "x" }, "test.x", false, false],
    [{}, { production: true }, "prod", true, false],
    [{}, { branch: "x", production: true }, "prod.x", true, false],
    [{ branch: "x" }, {}, "test.x", false, false],
    [{ branch: "x" }, { branch: "x" }, "test.x", false, false],
    [{ production: true }, { production: true }, "prod", true, false],
    [{ branch: "x" }, { production: true }, "prod.x", true, false],
    [{ production: false }, {}, "user.jane", false, true],
    [{}, { user: "Jürgen.O_1+x@example.com" }, "user.Jürgen.O_1+x@example.com", false, true],
  ])("%j with %j is in branch %s", (attributes, given, branchName, isProduction, isUserBranch) => {
    expect(projectOf({ name: "p", ...attributes }, { ...asked, ...given })).toEqual({
      projectName: "p",
      branchName,
      projectFlowName: `p.${branchName}.TrainFlow`,
      isProduction,
      isUserBranch,
    });
  });

  it.each([
    [{ branch: "x" }, { branch: "y" }, "MFD_PROJECT_OPTION_DISAGREES"],
    [{ production: false }, { production: true }, "MFD_PROJECT_OPTION_DISAGREES"],
    [{}, { branch: "test.x" }, "MFD_PROJECT_BRANCH_INVALID"],
    [{}, { branch: "x".repeat(129) }, "MFD_PROJECT_BRANCH_INVALID"],
    [{}, { user: undefined }, "MFD_PROJECT_USER_UNKNOWN"],
    [{}, { user: "" }, "MFD_PROJECT_USER_UNKNOWN"],
    [{}, { user: "Bad User/../x" }, "MFD_PROJECT_USER_INVALID"],
    [{}, { user: "jane\n" }, "MFD_PROJECT_USER_INVALID"],
  ])("%j refuses %j", (attributes, given, code) => {
    expect(() => projectOf({ name: "p", ...attributes }, { ...asked, ...given })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it("needs no user where the branch is another", () => {
    expect(projectOf({ name: "p" }, { flow: "F", user: undefined, branch: "x" }).branchName).toBe("test.x");
  });
});

describe("schedule", () => {
  const { definition } = schedule;

  it.each([
    [{}, "0 0 * * *"],
    [{ daily: true }, "0 0 * * *"],
    [{ daily: false }, null],
    [{ hourly: false }, "0 0 * * *"],
    [{ hourly: true }, "0 * * * *"],
    [{ hourly: true, daily: true }, "0 * * * *"],
    [{ weekly: true, hourly: true, daily: true }, "0 0 * * 0"],
    [{ cron: "5 4 * * *", weekly: true, hourly: true }, "5 4 * * *"],
    [{ cron: "30 6 ? * MON-FRI *" }, "30 6 * * 1-5"],
    [{ cron: "0 9 L * ? *" }, "0 9 L * ? *"],
    [{ cron: "0 9 ? * 2#1 2030" }, "0 9 ? * 2#1 2030"],
  ])("%j is %j", (given, cron) => {
    expect(completed(definition, given)).toEqual({ cron, timezone: "UTC" });
  });

  it.each(["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])("takes the time zone %s", (timezone) => {
    expect(completed(definition, { timezone })).toEqual({ cron: "0 0 * * *", timezone });
  });

  const ZONE = "timezone: must be the IANA name of a time zone, such as 'Europe/Berlin'";
  it.each([
    [{ cron: "0 25 * 13 *" }, ["cron: hour: '25' is not 0 to 23", "cron: month: '13' is not 1 to 12 or JAN to DEC"]],
    [{ cron: 5 }, ["cron: must be a cron expression, not 5"]],
    [{ timezone: "Mars/Olympus" }, [`${ZONE}, not "Mars/Olympus"`]],
    [{ timezone: "+02:00" }, [`${ZONE}, not "+02:00"`]],
    [{ timezone: "" }, [`${ZONE}, not ""`]],
    [{ daily: 1 }, ["daily: must be true or false, not 1"]],
    [{ monthly: true }, ["monthly: there is no such option; there are cron, weekly, hourly, daily, timezone"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("trigger", () => {
  const { definition } = trigger;
  const event = (name: string, parameters: Readonly<Record<string, string>> | null, namespaced = false) => ({
    ...{ name, namespaced, parameters },
  });

  it.each([
    [{ event: "a" }, [event("a", null)]],
    [{ event: { name: "a" } }, [event("a", null)]],
    [{ events: ["a"] }, [event("a", null)]],
    [{ events: ["a", "b"] }, [event("a", {}), event("b", {})]],
    [{ event: { name: "a", parameters: { x: "y" } } }, [event("a", { x: "y" })]],
    [{ event: { name: "a", parameters: ["x", ["y", "z"]] } }, [event("a", { x: "x", y: "z" })]],
    [{ events: [{ name: "a", parameters: ["x"] }, "b"] }, [event("a", { x: "x" }), event("b", {})]],
    [{ event: namespacedEventName("a") }, [event("a", null, true)]],
    [{ event: { name: namespacedEventName("a"), parameters: ["x"] } }, [event("a", { x: "x" }, true)]],
    [{ events: ["a", namespacedEventName("a")] }, [event("a", {}), event("a", {}, true)]],
  ])("%j", (given, events) => expect(completed(definition, given)).toEqual({ events, options: {} }));

  it.each([
    [{}, ["there is no event; give 'event' or 'events'"]],
    [{ event: "a", events: ["b"] }, ["give 'event' or 'events', not both"]],
    [{ events: [] }, ["events: must be a list of at least one event"]],
    [{ events: "a" }, ["events: must be a list of at least one event"]],
    [{ events: ["a", { name: "a", parameters: ["x"] }] }, ["events: 1: 'a' is there twice"]],
    [{ event: 5 }, ["event: must be the name of an event, or an object with 'name' and 'parameters'"]],
    [{ event: {} }, ["event: must have the event's name as 'name'"]],
    [{ event: { name: "" } }, ["event: must have the event's name as 'name'"]],
    [{ event: { name: "a", params: {} } }, ["event: has 'params', and may have 'name' and 'parameters'"]],
    [{ event: { name: "a", parameters: 5 } }, ["event: must have an object or a list as 'parameters'"]],
    [
      { event: { name: "a", parameters: { x: 5 } } },
      [`event: must have names of a parameter and of a field in 'parameters', and has ["x",5]`],
    ],
    [
      { event: { name: "a", parameters: [["x"]] } },
      [`event: must have names of a parameter and of a field in 'parameters', and has ["x"]`],
    ],
    [{ event: { name: "a", parameters: ["x", ["x", "y"]] } }, ["event: gives parameter 'x' a value twice"]],
    [{ events: ["a", 5, ""] }, expect.objectContaining({ length: 2 })],
    [{ event: () => "a" }, ["event: a function cannot be kept with a deployment: write down what it would return"]],
    [
      { event: { name: "a", parameters: () => ({}) } },
      [
        "event: its 'parameters' are a function, and a function cannot be kept with a deployment: write down what it would return",
      ],
    ],
    [{ event: "a", options: 5 }, ["options: must be an object, not 5"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("triggerOnFinish", () => {
  const { definition } = triggerOnFinish;
  const own = { project: null, branch: null };

  it.each([
    [{ flow: "A" }, [{ name: "A", ...own }]],
    [
      { flows: ["A", "B"] },
      [
        { name: "A", ...own },
        { name: "B", ...own },
      ],
    ],
    [{ flow: "p.prod.A" }, [{ name: "A", project: "p", branch: "prod" }]],
    [{ flow: "p.user.jane.doe.A" }, [{ name: "A", project: "p", branch: "user.jane.doe" }]],
    [{ flow: "p.test.x.A" }, [{ name: "A", project: "p", branch: "test.x" }]],
    [{ flow: { name: "A" } }, [{ name: "A", ...own }]],
    [{ flow: { name: "A", project: "p", branch: "prod.x" } }, [{ name: "A", project: "p", branch: "prod.x" }]],
    [
      { flows: ["A", "p.prod.A"] },
      [
        { name: "A", ...own },
        { name: "A", project: "p", branch: "prod" },
      ],
    ],
  ])("%j", (given, flows) => expect(completed(definition, given)).toEqual({ flows, options: {} }));

  const FORMS = "the name of a flow, or 'project.branch.Flow' with a branch such as 'prod', 'test.x' or 'user.jane'";
  it.each([
    [{}, ["there is no flow; give 'flow' or 'flows'"]],
    [{ flow: "A", flows: ["B"] }, ["give 'flow' or 'flows', not both"]],
    [{ flows: ["A", "A"] }, ["flows: 1: 'A' is there twice"]],
    [{ flow: "p.A" }, [`flow: must be ${FORMS}, not 'p.A'`]],
    [{ flow: "p.x.A" }, [`flow: must be ${FORMS}, not 'p.x.A'`]],
    [{ flow: "p..A" }, [`flow: must be ${FORMS}, not 'p..A'`]],
    [{ flow: 5 }, [`flow: must be ${FORMS}, or an object with 'name', 'project' and 'branch'`]],
    [{ flow: { name: "p.prod.A" } }, ["flow: must have the flow's name as 'name'"]],
    [
      { flow: { name: "A", branch: "x" } },
      ["flow: must have a branch such as 'prod', 'test.x' or 'user.jane' as 'branch'"],
    ],
    [{ flow: { name: "A", project: 5 } }, ["flow: must have the project's name as 'project'"]],
    [
      { flow: { name: "A", projectBranch: "x" } },
      ["flow: has 'projectBranch', and may have 'name', 'project' and 'branch'"],
    ],
    [{ flow: () => "A" }, ["flow: a function cannot be kept with a deployment: write down what it would return"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("exitHook", () => {
  const { definition } = exitHook;
  function tell(): void {}

  it("takes functions, names and lists of them", () => {
    expect(completed(definition, { onSuccess: tell })).toEqual({
      ...{ onSuccess: [tell], onError: [], timeout: 60, options: {} },
    });
    const given = { onSuccess: [tell, "clean"], onError: "clean", timeout: "2m", options: { image: "x" } };
    expect(completed(definition, given)).toEqual({
      ...{ onSuccess: [tell, "clean"], onError: ["clean"], timeout: 120, options: { image: "x" } },
    });
  });

  it("gives the hooks of how the run ended, in order", () => {
    const options = completed(definition, { onSuccess: [tell, "clean"], onError: "clean", timeout: 1.5 });
    const namesFor = (status: "successful" | "failed" | "cancelled") =>
      definition.exitHooks?.(options, status).map(({ name, timeLimitMs }) => [name, timeLimitMs]);
    expect(namesFor("successful")).toEqual([
      ["tell", 1500],
      ["clean", 1500],
    ]);
    expect(namesFor("failed")).toEqual([["clean", 1500]]);
    expect(namesFor("cancelled")).toEqual([["clean", 1500]]);
  });

  it.each([
    [{}, ["give 'onSuccess', 'onError' or both"]],
    [{ onSuccess: [] }, ["give 'onSuccess', 'onError' or both"]],
    [{ onSuccess: 5 }, ["onSuccess: must be functions, or names of functions that the flow's file exports"]],
    [{ onSuccess: [() => {}] }, ["onSuccess: a function without a name cannot be found again: declare it with one"]],
    [{ onError: [tell, "tell"] }, ["onError: 'tell' is there twice, and could not be told from the other"]],
    [{ onError: tell, timeout: 0 }, ["timeout: must be more than 0"]],
    [{ onError: tell, timeout: "soon" }, [expect.stringContaining("timeout: must be seconds or a duration")]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});
