/** Compiles against the built declarations under a user's strictest options. Every entry must load without errors. */

import * as core from "@metaflow-ts/core";
import * as client from "@metaflow-ts/core/client";
import * as plugin from "@metaflow-ts/core/plugin";
import * as testing from "@metaflow-ts/core/testing";
import * as vite from "@metaflow-ts/core/vite";

export const entries: readonly object[] = [core, plugin, client, testing, vite];
