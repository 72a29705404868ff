import { expect, it } from "vitest";
import { isLabelKey } from "./label-key.ts";

it.each(["rack", "a", "Rack_2.b-c", "topology.kubernetes.io/zone", "x/y", "a".repeat(63), `${"a".repeat(253)}/b`])("takes %s", (key) => {
	expect(isLabelKey(key)).toBe(true);
});

it.each([
	"",
	"-rack",
	"rack-",
	"rack=a",
	"two words",
	"/rack",
	"example.com/",
	"Example.com/rack",
	"a..b/rack",
	"a/b/c",
	"a".repeat(64),
	`${"a".repeat(254)}/b`,
])("does not take %j", (key) => {
	expect(isLabelKey(key)).toBe(false);
});
