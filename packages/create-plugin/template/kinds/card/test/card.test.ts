import { cardSuite } from "@metaflow-ts/core/testing";
import { acmeNameCard } from "../src/card.js";

cardSuite("acme-name", acmeNameCard);
